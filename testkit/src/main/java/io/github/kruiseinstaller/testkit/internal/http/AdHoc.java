package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Kinds that are sent and answered and never stored. */
final class AdHoc {
  static final Resource EVICTION = of("policy", "v1", "Eviction");
  static final Resource SCALE = of("autoscaling", "v1", "Scale");
  static final Resource BINDING = of("", "v1", "Binding");
  static final Resource TOKEN_REQUEST = of("authentication.k8s.io", "v1", "TokenRequest");

  private AdHoc() {}

  /** Such a kind. */
  static Resource of(String group, String version, String kind) {
    String singular = kind.toLowerCase(Locale.ROOT);
    return new Resource(
        group,
        version,
        kind,
        singular + "s",
        singular,
        false,
        List.of(),
        List.of(),
        Set.of("create"),
        Set.of(),
        Schema.any(),
        false);
  }
}
