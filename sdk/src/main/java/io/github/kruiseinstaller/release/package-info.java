/** Where an OpenKruise release comes from, and what it contains. */
@NullMarked
package io.github.kruiseinstaller.release;

import org.jspecify.annotations.NullMarked;
