package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The few fields of each kind that field selectors may name. */
final class SelectableFields {
  private static final Pattern DOT = Pattern.compile("\\.");
  private static final Set<String> EVENT_OBJECT =
      Set.of("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath");

  private static final Map<String, Set<String>> BUILT_IN =
      Map.ofEntries(
          Map.entry(
              "pods",
              Set.of(
                  "spec.nodeName",
                  "spec.host",
                  "spec.restartPolicy",
                  "spec.schedulerName",
                  "spec.serviceAccountName",
                  "spec.hostNetwork",
                  "status.phase",
                  "status.podIP",
                  "status.podIPs",
                  "status.nominatedNodeName")),
          Map.entry("nodes", Set.of("spec.unschedulable")),
          Map.entry("replicationcontrollers", Set.of("status.replicas")),
          Map.entry("namespaces", Set.of("status.phase")),
          Map.entry("secrets", Set.of("type")),
          Map.entry("services", Set.of("spec.clusterIP", "spec.type")),
          Map.entry("jobs.batch", Set.of("status.successful")),
          Map.entry("certificatesigningrequests.certificates.k8s.io", Set.of("spec.signerName")));

  private final Resource resource;
  private final Set<String> names;

  private SelectableFields(Resource resource, Set<String> names) {
    this.resource = resource;
    this.names = names;
  }

  /**
   * Of a kind.
   *
   * @param ofDefinition what a CustomResourceDefinition adds, such as {@code spec.color}
   */
  static SelectableFields of(Resource resource, List<String> ofDefinition) {
    Set<String> names = new TreeSet<>(ofDefinition);
    names.add("metadata.name");
    // Built-in kinds that register nothing of their own take both names, whatever their scope.
    boolean own = BUILT_IN.containsKey(resource.groupResource());
    if (resource.namespaced() || (!own && !resource.custom())) {
      names.add("metadata.namespace");
    }
    names.addAll(BUILT_IN.getOrDefault(resource.groupResource(), Set.of()));
    if (isEvent(resource)) {
      String object = resource.group().isEmpty() ? "involvedObject." : "regarding.";
      EVENT_OBJECT.forEach(field -> names.add(object + field));
      names.addAll(Set.of("reason", "type"));
      names.addAll(
          resource.group().isEmpty()
              ? Set.of("reportingComponent", "source")
              : Set.of("reportingController"));
    }
    return new SelectableFields(resource, names);
  }

  void require(String field) {
    if (names.contains(field)) {
      return;
    }
    if (resource.groupResource().equals("jobs.batch")) {
      throw Statuses.badRequest("field label \"" + field + "\" not supported for Job");
    }
    boolean registered =
        resource.custom() || isEvent(resource) || BUILT_IN.containsKey(resource.groupResource());
    throw Statuses.badRequest(
        registered
            ? "field label not supported: " + field
            : "\""
                + field
                + "\" is not a known field selector: only \"metadata.name\","
                + " \"metadata.namespace\"");
  }

  String value(String field, ObjectNode object) {
    return switch (field) {
      case "spec.host" -> Nodes.textOrEmpty(object, "spec", "nodeName");
      case "status.podIPs" -> Nodes.textOrEmpty(object, "status", "podIP");
      case "spec.hostNetwork", "spec.unschedulable" -> orDefault(text(field, object), "false");
      case "status.replicas", "status.successful" -> orDefault(number(field, object), "0");
      case "source" ->
          orDefault(
              Nodes.textOrEmpty(object, "source", "component"),
              Nodes.textOrEmpty(object, "reportingComponent"));
      default -> text(field, object);
    };
  }

  /** A Job's successful pods are counted in a field of another name. */
  private static String number(String field, ObjectNode object) {
    return text(field.equals("status.successful") ? "status.succeeded" : field, object);
  }

  private static String text(String field, ObjectNode object) {
    JsonNode value = Nodes.at(object, DOT.split(field));
    return value.isValueNode() ? value.asText() : "";
  }

  private static String orDefault(String value, String otherwise) {
    return value.isEmpty() ? otherwise : value;
  }

  private static boolean isEvent(Resource resource) {
    return resource.groupResource().equals("events")
        || resource.groupResource().equals("events.events.k8s.io");
  }
}
