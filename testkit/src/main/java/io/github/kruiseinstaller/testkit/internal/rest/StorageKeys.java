package io.github.kruiseinstaller.testkit.internal.rest;

import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import java.util.Map;
import java.util.Set;

/** Where a real API server keeps an object in etcd; some of its messages quote that. */
final class StorageKeys {
  private static final Map<String, String> SPECIAL =
      Map.of(
          "replicationcontrollers", "controllers",
          "endpoints", "services/endpoints",
          "nodes", "minions",
          "services", "services/specs",
          "ingresses.networking.k8s.io", "ingress");

  /** Groups of other servers behind the same door, which prefix their group. */
  private static final Set<String> AGGREGATED =
      Set.of("apiextensions.k8s.io", "apiregistration.k8s.io");

  private StorageKeys() {}

  static String key(Resource resource, String namespace, String name) {
    boolean grouped = resource.custom() || AGGREGATED.contains(resource.group());
    String directory =
        SPECIAL.getOrDefault(
            resource.groupResource(),
            grouped ? resource.group() + "/" + resource.plural() : resource.plural());
    return "/registry/" + directory + "/" + (namespace.isEmpty() ? name : namespace + "/" + name);
  }
}
