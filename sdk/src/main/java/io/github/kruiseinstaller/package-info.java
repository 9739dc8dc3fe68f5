/** Installs OpenKruise without refusing a single Pod. */
@NullMarked
package io.github.kruiseinstaller;

import org.jspecify.annotations.NullMarked;
