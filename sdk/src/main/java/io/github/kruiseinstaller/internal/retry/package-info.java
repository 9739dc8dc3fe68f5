/** Time, deadline, cancellation and the decision whether to try again. */
@NullMarked
package io.github.kruiseinstaller.internal.retry;

import org.jspecify.annotations.NullMarked;
