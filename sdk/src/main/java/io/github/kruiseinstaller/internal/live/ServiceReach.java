package io.github.kruiseinstaller.internal.live;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.Optional;

/** Whether anybody is behind a Service, as far as its endpoints tell. */
public enum ServiceReach {
  /** A ready endpoint. */
  READY("has a ready endpoint"),
  /** The Service, and nobody ready behind it. */
  NO_ENDPOINTS("has no ready endpoint"),
  /** No such Service. */
  NO_SERVICE("does not exist");

  private final String text;

  ServiceReach(String text) {
    this.text = text;
  }

  /** For people, behind the name of the Service. */
  public String text() {
    return text;
  }

  /** Looks at a Service. */
  public static Seen<ServiceReach> of(Cluster cluster, ObjectRef service) {
    Seen<Optional<Manifest>> live = Seen.by(() -> cluster.get(service));
    if (live.isSeen() && live.orElse(Optional.empty()).isEmpty()) {
      return Seen.of(NO_SERVICE);
    }
    boolean byName =
        live.orElse(Optional.empty())
            .filter(found -> "ExternalName".equals(found.text("spec", "type")))
            .isPresent();
    if (byName) {
      return Seen.not("it stands for a name outside the cluster");
    }
    return Seen.by(() -> cluster.list(EndpointSlices.of(service)).items())
        .map(slices -> EndpointSlices.ready(slices) > 0 ? READY : NO_ENDPOINTS);
  }
}
