package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Set;

/**
 * A request as webhooks are told of it.
 *
 * @param request the request
 * @param kind of the object in it: for a subresource another one than the resource's
 * @param resource what is asked for
 * @param namespace for a Namespace its own name
 * @param name of the object, empty when it is not known yet
 */
record Asked(Request request, Kind kind, Plural resource, String namespace, String name) {
  private static final Set<String> SAME_KIND =
      Set.of("", "status", "ephemeralcontainers", "resize");

  /** A kind in a version. */
  record Kind(String group, String version, String kind) {
    String apiVersion() {
      return group.isEmpty() ? version : group + "/" + version;
    }

    ObjectNode json() {
      return Json.object().put("group", group).put("version", version).put("kind", kind);
    }

    static Kind of(ObjectNode object) {
      String apiVersion = Nodes.textOrEmpty(object, "apiVersion");
      int slash = apiVersion.indexOf('/');
      return new Kind(
          slash < 0 ? "" : apiVersion.substring(0, slash),
          apiVersion.substring(slash + 1),
          Nodes.textOrEmpty(object, "kind"));
    }
  }

  /** A resource in a version. */
  record Plural(String group, String version, String resource) {
    boolean isNamespaces() {
      return group.isEmpty() && resource.equals("namespaces");
    }

    ObjectNode json() {
      return Json.object().put("group", group).put("version", version).put("resource", resource);
    }
  }

  static Asked of(Request request) {
    Plural resource =
        new Plural(
            request.resource().group(), request.resource().version(), request.resource().plural());
    String name = request.name();
    if (name.isEmpty() && request.object() != null) {
      name = Nodes.name(request.object());
    }
    String namespace = request.namespace();
    if (namespace.isEmpty() && resource.isNamespaces()) {
      namespace = name;
    }
    return new Asked(request, kind(request), resource, namespace, name);
  }

  private static Kind kind(Request request) {
    ObjectNode object = request.object();
    if (!SAME_KIND.contains(request.subresource())
        && object != null
        && !Nodes.textOrEmpty(object, "kind").isEmpty()) {
      return Kind.of(object);
    }
    return new Kind(
        request.resource().group(), request.resource().version(), request.resource().kind());
  }

  /** Whether it is about what admission itself is configured by, which no webhook sees. */
  boolean isExempt() {
    return kind.group().equals("admissionregistration.k8s.io")
        && (kind.kind().endsWith("WebhookConfiguration")
            || kind.kind().startsWith("ValidatingAdmissionPolicy")
            || kind.kind().startsWith("MutatingAdmissionPolicy"));
  }
}
