/** Which kinds there are, and what their objects look like. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.kind;

import org.jspecify.annotations.NullMarked;
