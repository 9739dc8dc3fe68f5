/** Finds what belongs to an installation, plans its removal, and removes it. */
@NullMarked
package io.github.kruiseinstaller.internal.uninstall;

import org.jspecify.annotations.NullMarked;
