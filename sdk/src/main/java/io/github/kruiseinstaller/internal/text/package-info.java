/** Text for people: tables, durations, and texts of others made safe to print. */
@NullMarked
package io.github.kruiseinstaller.internal.text;

import org.jspecify.annotations.NullMarked;
