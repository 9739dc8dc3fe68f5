/** The three patch formats that change what is there without asking who owns it. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.patch;

import org.jspecify.annotations.NullMarked;
