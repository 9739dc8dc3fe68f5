/** Waiting for the cluster by watch, inside the one deadline. */
@NullMarked
package io.github.kruiseinstaller.internal.wait;

import org.jspecify.annotations.NullMarked;
