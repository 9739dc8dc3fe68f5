/** Failures with a stable code, evidence and a remedy, and the one exception tree. */
@NullMarked
package io.github.kruiseinstaller.error;

import org.jspecify.annotations.NullMarked;
