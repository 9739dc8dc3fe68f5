/** From a release and the live state to a plan. */
@NullMarked
package io.github.kruiseinstaller.internal.planner;

import org.jspecify.annotations.NullMarked;
