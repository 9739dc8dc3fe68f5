/** The stages of a run, one class each. */
@NullMarked
package io.github.kruiseinstaller.internal.stage;

import org.jspecify.annotations.NullMarked;
