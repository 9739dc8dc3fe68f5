/** A simulated OpenKruise: its manager, its daemon, its uninstall hook, and a small release. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.kruise;

import org.jspecify.annotations.NullMarked;
