/** Who owns which field: managedFields, and server-side apply on top of them. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.apply;

import org.jspecify.annotations.NullMarked;
