/** JSON trees. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.tree;

import org.jspecify.annotations.NullMarked;
