/** Which objects belong to an installation, as an ApplySet (KEP-3659) that kubectl reads too. */
@NullMarked
package io.github.kruiseinstaller.internal.inventory;

import org.jspecify.annotations.NullMarked;
