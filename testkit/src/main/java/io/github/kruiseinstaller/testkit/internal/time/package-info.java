/** The time of the simulation. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.time;

import org.jspecify.annotations.NullMarked;
