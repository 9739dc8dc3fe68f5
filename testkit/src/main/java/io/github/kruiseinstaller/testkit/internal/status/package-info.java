/** What an API server answers when it refuses. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.status;

import org.jspecify.annotations.NullMarked;
