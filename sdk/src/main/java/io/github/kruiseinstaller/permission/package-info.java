/** What the cluster must allow whoever uses an installer. */
@NullMarked
package io.github.kruiseinstaller.permission;

import org.jspecify.annotations.NullMarked;
