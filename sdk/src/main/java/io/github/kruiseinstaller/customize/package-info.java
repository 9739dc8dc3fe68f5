/** Typed changes of a release before it is planned. */
@NullMarked
package io.github.kruiseinstaller.customize;

import org.jspecify.annotations.NullMarked;
