package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fields that are special to the server, whoever writes them. */
final class ServerFields {
  /** Never owned. */
  static final FieldSet UNOWNED =
      FieldSet.ofFields("apiVersion")
          .union(FieldSet.ofFields("kind"))
          .union(FieldSet.ofFields("metadata"))
          .union(FieldSet.ofFields("metadata", "name"))
          .union(FieldSet.ofFields("metadata", "namespace"))
          .union(FieldSet.ofFields("metadata", "creationTimestamp"))
          .union(FieldSet.ofFields("metadata", "selfLink"))
          .union(FieldSet.ofFields("metadata", "uid"))
          .union(FieldSet.ofFields("metadata", "clusterName"))
          .union(FieldSet.ofFields("metadata", "generation"))
          .union(FieldSet.ofFields("metadata", "managedFields"))
          .union(FieldSet.ofFields("metadata", "resourceVersion"));

  /**
   * Where built-in kinds have an object inside an object by value, not by reference: such a one is
   * there even when it is not written, so that nobody ever adds it. By kind; an empty kind is any.
   * A trailing {@code []} marks what is there, but null; texts are there, but empty.
   */
  private static final Map<String, List<String>> ALWAYS_THERE =
      Map.ofEntries(
          Map.entry("", List.of("metadata", "spec", "status")),
          Map.entry("Pod", List.of("spec.containers[]")),
          Map.entry("PodTemplate", podTemplate("template")),
          Map.entry("Deployment", with(podTemplate("spec.template"), "spec.strategy")),
          Map.entry("ReplicaSet", podTemplate("spec.template")),
          Map.entry("DaemonSet", with(podTemplate("spec.template"), "spec.updateStrategy")),
          Map.entry("StatefulSet", with(podTemplate("spec.template"), "spec.updateStrategy")),
          Map.entry("Job", podTemplate("spec.template")),
          Map.entry(
              "CronJob",
              with(
                  podTemplate("spec.jobTemplate.spec.template"),
                  "spec.jobTemplate",
                  "spec.jobTemplate.metadata",
                  "spec.jobTemplate.spec")),
          Map.entry("Service", List.of("status.loadBalancer")),
          Map.entry("Ingress", List.of("status.loadBalancer")),
          Map.entry("PersistentVolumeClaim", List.of("spec.resources")),
          Map.entry("HorizontalPodAutoscaler", List.of("spec.scaleTargetRef")),
          Map.entry(
              "Node",
              List.of(
                  "status.daemonEndpoints",
                  "status.daemonEndpoints.kubeletEndpoint",
                  "status.nodeInfo")),
          Map.entry(
              "Event",
              List.of(
                  "involvedObject",
                  "source",
                  "eventTime[]",
                  "reportingComponent",
                  "reportingInstance")),
          Map.entry("Role", List.of("rules[]")),
          Map.entry("ClusterRole", List.of("rules[]")),
          Map.entry("RoleBinding", List.of("roleRef")),
          Map.entry("ClusterRoleBinding", List.of("roleRef")),
          Map.entry(
              "CustomResourceDefinition",
              List.of("spec.names", "status.acceptedNames", "status.conditions[]")));

  private ServerFields() {}

  private static List<String> podTemplate(String path) {
    return List.of(path, path + ".metadata", path + ".spec", path + ".spec.containers[]");
  }

  private static List<String> with(List<String> some, String... more) {
    Deque<String> all = new ArrayDeque<>(some);
    // Outer places first.
    for (int i = more.length - 1; i >= 0; i--) {
      all.addFirst(more[i]);
    }
    return List.copyOf(all);
  }

  /** What a request on a subresource, or on the object itself, leaves as it is. */
  static FieldSet outOfReach(Resource resource, String subresource) {
    FieldSet status = FieldSet.ofFields("status");
    if (!subresource.equals("status")) {
      boolean separate =
          resource.subresources().contains("status")
              && (subresource.isEmpty() || subresource.equals("finalize"));
      return separate ? status : FieldSet.EMPTY;
    }
    FieldSet spec = FieldSet.ofFields("spec");
    return switch (resource.custom() ? "" : resource.kind()) {
      case "Deployment" -> spec.union(FieldSet.ofFields("metadata", "labels"));
      case "Pod" ->
          spec.union(FieldSet.ofFields("metadata", "deletionTimestamp"))
              .union(FieldSet.ofFields("metadata", "ownerReferences"));
      case "CustomResourceDefinition" -> spec.union(FieldSet.ofFields("metadata"));
      default -> spec;
    };
  }

  /** A copy of an object in which everything is there that the server's own type always has. */
  static ObjectNode complete(Resource resource, ObjectNode object) {
    ObjectNode complete = object.deepCopy();
    if (!resource.custom()) {
      ALWAYS_THERE.getOrDefault("", List.of()).forEach(path -> put(resource, complete, path));
      ALWAYS_THERE
          .getOrDefault(resource.kind(), List.of())
          .forEach(path -> put(resource, complete, path));
    }
    return complete;
  }

  private static void put(Resource resource, ObjectNode object, String path) {
    boolean list = path.endsWith("[]");
    Schema schema = resource.schema();
    ObjectNode parent = object;
    List<String> names = List.of((list ? path.substring(0, path.length() - 2) : path).split("\\."));
    for (String name : names.subList(0, names.size() - 1)) {
      schema = Place.field(schema, name);
      if (!(parent.get(name) instanceof ObjectNode inner)) {
        return;
      }
      parent = inner;
    }
    String last = names.get(names.size() - 1);
    Optional<Schema> field = Place.declares(schema, last) ? schema.field(last) : Optional.empty();
    JsonNode there = parent.get(last);
    if (field.isEmpty() || (there != null && !there.isNull())) {
      return;
    }
    if (list) {
      parent.putNull(last);
    } else if (field.get().type() == Schema.Type.OBJECT) {
      parent.putObject(last);
    } else if (field.get().type() == Schema.Type.STRING) {
      parent.put(last, "");
    }
  }
}
