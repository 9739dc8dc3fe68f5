/** Runs the stages of a plan, tells about it and reports. */
@NullMarked
package io.github.kruiseinstaller.internal.engine;

import org.jspecify.annotations.NullMarked;
