/** A small program that installs OpenKruise. */
@NullMarked
package io.github.kruiseinstaller.examples.quickstart;

import org.jspecify.annotations.NullMarked;
