package io.github.kruiseinstaller.testkit.internal.discovery;

import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import java.util.List;

/**
 * A subresource as discovery tells of it.
 *
 * @param name such as {@code scale}
 * @param group of the kind that it takes or gives; empty with the version: the resource's own
 * @param version likewise
 * @param kind such as {@code Scale}
 * @param verbs what can be asked for
 */
record Subresource(String name, String group, String version, String kind, List<String> verbs) {
  private static final List<String> EDIT = List.of("get", "patch", "update");
  private static final List<String> CONNECT = List.of("create", "get");

  /** All subresources of a resource, in alphabetical order. */
  static List<Subresource> of(Resource resource) {
    return resource.subresources().stream().sorted().map(name -> of(resource, name)).toList();
  }

  private static Subresource of(Resource resource, String name) {
    String kind = resource.kind();
    return switch (name) {
      case "scale" -> new Subresource(name, "autoscaling", "v1", "Scale", EDIT);
      case "eviction" -> new Subresource(name, "policy", "v1", "Eviction", List.of("create"));
      case "token" ->
          new Subresource(name, "authentication.k8s.io", "v1", "TokenRequest", List.of("create"));
      case "binding" -> new Subresource(name, "", "", "Binding", List.of("create"));
      case "attach" -> new Subresource(name, "", "", kind + "AttachOptions", CONNECT);
      case "exec" -> new Subresource(name, "", "", kind + "ExecOptions", CONNECT);
      case "portforward" -> new Subresource(name, "", "", kind + "PortForwardOptions", CONNECT);
      case "proxy" ->
          new Subresource(
              name,
              "",
              "",
              kind + "ProxyOptions",
              List.of("create", "delete", "get", "patch", "update"));
      case "log" -> new Subresource(name, "", "", kind, List.of("get"));
      case "finalize" -> new Subresource(name, "", "", kind, List.of("update"));
      default -> new Subresource(name, "", "", kind, EDIT);
    };
  }
}
