/** Lossless reading of YAML documents into raw trees. */
@NullMarked
package io.github.kruiseinstaller.internal.yaml;

import org.jspecify.annotations.NullMarked;
