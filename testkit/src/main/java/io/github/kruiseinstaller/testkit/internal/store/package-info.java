/** Objects, their revisions and who watches them. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.store;

import org.jspecify.annotations.NullMarked;
