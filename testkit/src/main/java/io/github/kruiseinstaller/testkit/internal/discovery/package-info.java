/** What tells clients which kinds there are and what they look like. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.discovery;

import org.jspecify.annotations.NullMarked;
