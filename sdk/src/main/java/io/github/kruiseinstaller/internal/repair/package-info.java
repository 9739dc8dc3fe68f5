/** From what is the matter to a plan that mends it, and nothing else. */
@NullMarked
package io.github.kruiseinstaller.internal.repair;

import org.jspecify.annotations.NullMarked;
