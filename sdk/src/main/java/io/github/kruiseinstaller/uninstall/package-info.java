/** What an uninstallation may remove, what it would do, and what it has done. */
@NullMarked
package io.github.kruiseinstaller.uninstall;

import org.jspecify.annotations.NullMarked;
