/** Who made a live object and who owns which of its fields, and how both come into our hands. */
@NullMarked
package io.github.kruiseinstaller.internal.ownership;

import org.jspecify.annotations.NullMarked;
