/** Values that everything else speaks of: objects, manifests, versions, stages. */
@NullMarked
package io.github.kruiseinstaller.model;

import org.jspecify.annotations.NullMarked;
