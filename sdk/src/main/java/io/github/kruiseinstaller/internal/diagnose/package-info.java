/** From evidence to causes: what is the matter with an installation, whoever installed it. */
@NullMarked
package io.github.kruiseinstaller.internal.diagnose;

import org.jspecify.annotations.NullMarked;
