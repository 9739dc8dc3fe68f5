/** Bodies of requests in Kubernetes' protobuf form, as clients written in Go send them. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.proto;

import org.jspecify.annotations.NullMarked;
