/** Every request to the API server: raw JSON through the caller's ApiClient. */
@NullMarked
package io.github.kruiseinstaller.internal.cluster;

import org.jspecify.annotations.NullMarked;
