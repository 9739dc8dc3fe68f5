/** Who asks, and what they may do. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.auth;

import org.jspecify.annotations.NullMarked;
