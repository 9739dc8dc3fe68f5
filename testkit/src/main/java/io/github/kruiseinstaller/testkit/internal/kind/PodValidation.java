package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pods and pod templates. */
final class PodValidation {
  private static final Map<String, String> NAMES_OF_SOURCES =
      Map.of(
          "secret", "secretName",
          "configMap", "name",
          "hostPath", "path",
          "persistentVolumeClaim", "claimName");
  private static final List<String> RESTART = List.of("Always", "OnFailure", "Never");
  private static final List<String> DNS =
      List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");

  private final FieldErrors errors;

  PodValidation(FieldErrors errors) {
    this.errors = errors;
  }

  /** A Pod. */
  void pod(ObjectNode pod) {
    spec("spec", pod.path("spec"));
  }

  /** A pod template at a place. */
  void template(String field, JsonNode template) {
    MetaValidation.labels(errors, field + ".labels", Nodes.at(template, "metadata", "labels"));
    MetaValidation.annotations(
        errors, field + ".annotations", Nodes.at(template, "metadata", "annotations"));
    spec(field + ".spec", template.path("spec"));
    if (!Nodes.list(template, "spec", "ephemeralContainers").isEmpty()) {
      errors.forbidden(
          field + ".spec.ephemeralContainers", "ephemeral containers not allowed in pod template");
    }
  }

  private void spec(String field, JsonNode spec) {
    Set<String> volumes = volumes(field + ".volumes", Nodes.list(spec, "volumes"));
    containers(field, spec, volumes);
    errors.oneOf(field + ".restartPolicy", spec.path("restartPolicy"), RESTART);
    errors.oneOf(field + ".dnsPolicy", spec.path("dnsPolicy"), DNS);
    MetaValidation.labels(errors, field + ".nodeSelector", spec.path("nodeSelector"));
    PlacementValidation placement = new PlacementValidation(errors);
    placement.affinity(field + ".affinity", spec.path("affinity"));
    placement.spread(
        field + ".topologySpreadConstraints", Nodes.list(spec, "topologySpreadConstraints"));
    String account = Nodes.textOrEmpty(spec, "serviceAccountName");
    if (!account.isEmpty()) {
      errors.invalid(field + ".serviceAccountName", account, Names.subdomain(account));
    }
    for (String name : List.of("hostname", "subdomain")) {
      String value = Nodes.textOrEmpty(spec, name);
      if (!value.isEmpty()) {
        errors.invalid(field + "." + name, value, Names.label(value));
      }
    }
    placement.tolerations(field + ".tolerations", Nodes.list(spec, "tolerations"));
    String priority = Nodes.textOrEmpty(spec, "priorityClassName");
    if (!priority.isEmpty()) {
      errors.invalid(field + ".priorityClassName", priority, Names.subdomain(priority));
    }
  }

  private void containers(String field, JsonNode spec, Set<String> volumes) {
    List<JsonNode> containers = Nodes.list(spec, "containers");
    if (containers.isEmpty()) {
      errors.required(field + ".containers");
    }
    boolean hostNetwork = spec.path("hostNetwork").asBoolean();
    Set<String> names = new HashSet<>();
    Set<String> hostPorts = new HashSet<>();
    ContainerValidation each = new ContainerValidation(errors, volumes, hostNetwork);
    for (int i = 0; i < containers.size(); i++) {
      String at = field + ".containers[" + i + "]";
      each.container(at, containers.get(i));
      unique(names, at, containers.get(i));
      each.probes(at, containers.get(i));
    }
    for (int i = 0; i < containers.size(); i++) {
      each.hostPorts(field + ".containers[" + i + "]", containers.get(i), hostPorts);
    }
    int i = 0;
    for (JsonNode container : Nodes.list(spec, "initContainers")) {
      String at = field + ".initContainers[" + i++ + "]";
      each.container(at, container);
      unique(names, at, container);
      each.initProbes(at, container);
    }
  }

  private void unique(Set<String> names, String at, JsonNode container) {
    String name = Nodes.textOrEmpty(container, "name");
    if (!names.add(name)) {
      errors.duplicate(at + ".name", Json.text(name));
    }
  }

  private Set<String> volumes(String field, List<JsonNode> volumes) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < volumes.size(); i++) {
      FieldErrors found = new FieldErrors();
      String at = field + "[" + i + "]";
      String name = Nodes.textOrEmpty(volumes.get(i), "name");
      source(found, at, volumes.get(i));
      if (name.isEmpty()) {
        found.required(at + ".name");
      } else {
        found.invalid(at + ".name", name, Names.label(name));
      }
      if (names.contains(name)) {
        found.duplicate(at + ".name", Json.text(name));
      }
      if (found.isEmpty()) {
        names.add(name);
      }
      errors.addAll(found);
    }
    return names;
  }

  private static void source(FieldErrors found, String at, JsonNode volume) {
    List<String> sources = new ArrayList<>();
    for (Map.Entry<String, JsonNode> source : volume.properties()) {
      if (!source.getKey().equals("name") && !source.getValue().isNull()) {
        // An emptyDir is looked at before all others.
        sources.add(source.getKey().equals("emptyDir") ? 0 : sources.size(), source.getKey());
      }
    }
    for (int i = 0; i < sources.size(); i++) {
      String there = at + "." + sources.get(i);
      if (i > 0) {
        found.forbidden(there, "may not specify more than 1 volume type");
      }
      String required = NAMES_OF_SOURCES.get(sources.get(i));
      if (required != null) {
        require(found, there, volume.path(sources.get(i)), required);
      }
    }
  }

  private static void require(FieldErrors found, String at, JsonNode source, String name) {
    if (Nodes.textOrEmpty(source, name).isEmpty()) {
      found.required(at + "." + name);
    }
  }

  /** What of a Pod may change. */
  void update(ObjectNode pod, ObjectNode live) {
    JsonNode now = mutableRemoved(pod.path("spec"));
    JsonNode before = mutableRemoved(live.path("spec"));
    int containers = Nodes.list(pod, "spec", "containers").size();
    if (containers != Nodes.list(live, "spec", "containers").size()) {
      errors.forbidden("spec.containers", "pod updates may not add or remove containers");
      return;
    }
    new PlacementValidation(errors)
        .tolerationsUpdate(
            "spec.tolerations",
            Nodes.list(pod, "spec", "tolerations"),
            Nodes.list(live, "spec", "tolerations"));
    if (!now.equals(before)) {
      errors.forbidden(
          "spec",
          "pod updates may not change fields other than `spec.containers[*].image`,"
              + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations`"
              + " (only additions to existing tolerations),`spec.terminationGracePeriodSeconds`"
              + " (allow it to be set to 1 if it was previously negative)");
    }
  }

  private static JsonNode mutableRemoved(JsonNode spec) {
    JsonNode rest = spec.deepCopy();
    if (rest instanceof ObjectNode object) {
      object.remove(List.of("activeDeadlineSeconds", "tolerations", "schedulingGates"));
      for (String kind : List.of("containers", "initContainers")) {
        Fill.each(object, container -> container.remove("image"), kind);
      }
    }
    return rest;
  }
}
