/** The API server's HTTP side: connections, paths, content negotiation, streams, faults. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.http;

import org.jspecify.annotations.NullMarked;
