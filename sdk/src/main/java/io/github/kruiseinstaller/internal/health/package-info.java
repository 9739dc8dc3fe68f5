/** Whether an installation works now, whoever installed it. */
@NullMarked
package io.github.kruiseinstaller.internal.health;

import org.jspecify.annotations.NullMarked;
