/** The lock that keeps two installers from working on one installation at the same time. */
@NullMarked
package io.github.kruiseinstaller.internal.lock;

import org.jspecify.annotations.NullMarked;
