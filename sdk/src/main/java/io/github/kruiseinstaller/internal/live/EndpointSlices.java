package io.github.kruiseinstaller.internal.live;

import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.List;

/** Who is behind a Service. */
public final class EndpointSlices {
  private EndpointSlices() {}

  /** The slices of a Service. */
  public static Query of(ObjectRef service) {
    return Query.all("discovery.k8s.io/v1", "EndpointSlice", service.namespace())
        .withLabels("kubernetes.io/service-name=" + service.name());
  }

  /** How many endpoints are ready. One that does not say counts: it takes requests. */
  public static long ready(List<Manifest> slices) {
    return slices.stream()
        .flatMap(slice -> slice.maps("endpoints").stream())
        .filter(endpoint -> !Boolean.FALSE.equals(Trees.at(endpoint, "conditions", "ready")))
        .count();
  }
}
