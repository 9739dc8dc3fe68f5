/** Park, prove, arm and disarm the webhook configurations. */
@NullMarked
package io.github.kruiseinstaller.internal.webhook;

import org.jspecify.annotations.NullMarked;
