/** Checks of a cluster and of an installation: what was looked at, and what was found. */
@NullMarked
package io.github.kruiseinstaller.check;

import org.jspecify.annotations.NullMarked;
