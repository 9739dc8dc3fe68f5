/** Raw JSON trees: freezing, copying, reading, printing. */
@NullMarked
package io.github.kruiseinstaller.internal.tree;

import org.jspecify.annotations.NullMarked;
