/** What an installation will do, before it does it. */
@NullMarked
package io.github.kruiseinstaller.plan;

import org.jspecify.annotations.NullMarked;
