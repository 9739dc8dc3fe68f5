package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which part of an update takes effect, and what it does to the generation. */
final class Transition {
  /** On DaemonSets. */
  static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

  private Transition() {}

  /** Settles what the new object may not decide; changes it. */
  static void prepare(Request request, ObjectNode live, ObjectNode next) {
    Resource resource = request.resource();
    Metadata.ensureNamespace(resource, request.namespace(), next);
    Metadata.copy(Metadata.of(live), Metadata.of(next), "generation");
    switch (request.subresource()) {
      case "status", "approval" -> status(resource, live, next);
      case "finalize" -> Metadata.copy(live, next, "status");
      case "ephemeralcontainers" -> onlyOfSpec(live, next, List.of("ephemeralContainers"));
      case "resize" -> onlyOfSpec(live, next, List.of("containers", "initContainers"));
      default -> whole(resource, live, next);
    }
    if (KindFacts.of(resource).grows(live, next) && !request.subresource().equals("status")) {
      long generation = Nodes.number(0, live, "metadata", "generation");
      Metadata.of(next).put("generation", generation + 1);
    }
    keepSystemFields(Metadata.of(live), Metadata.of(next));
  }

  private static void whole(Resource resource, ObjectNode live, ObjectNode next) {
    if (KindFacts.hasStatus(resource)) {
      Metadata.copy(live, next, "status");
    }
    if (KindFacts.isNamespace(resource)) {
      Metadata.copy(Nodes.object(live, "spec"), Nodes.object(next, "spec"), "finalizers");
    }
    if (KindFacts.isDefinition(resource)) {
      FirstStatus.remember(Nodes.object(next, "status"), next);
    }
    if (resource.groupResource().equals("daemonsets.apps")) {
      countTemplates(live, next);
    }
  }

  /** A DaemonSet counts its templates, in an annotation since the field is gone. */
  private static void countTemplates(ObjectNode live, ObjectNode next) {
    String was = Nodes.textOrEmpty(live, "metadata", "annotations", TEMPLATE_GENERATION);
    long count = was.matches("\\d{1,18}") ? Long.parseLong(was) : 0;
    boolean same = live.path("spec").path("template").equals(next.path("spec").path("template"));
    Nodes.object(next, "metadata", "annotations")
        .put(TEMPLATE_GENERATION, Long.toString(same ? count : count + 1));
  }

  private static void status(Resource resource, ObjectNode live, ObjectNode next) {
    List<String> others = new ArrayList<>();
    live.properties().stream().map(Map.Entry::getKey).forEach(others::add);
    next.properties().stream().map(Map.Entry::getKey).forEach(others::add);
    for (String field : others) {
      if (!field.equals("metadata") && !field.equals("status")) {
        Metadata.copy(live, next, field);
      }
    }
    ObjectNode was = Metadata.of(live);
    ObjectNode is = Metadata.of(next);
    if (resource.custom()) {
      JsonNode managedFields = is.get("managedFields");
      is.removeAll();
      is.setAll(was.deepCopy());
      is.remove("managedFields");
      if (managedFields != null) {
        is.set("managedFields", managedFields);
      }
    } else if (KindFacts.isPod(resource)) {
      Metadata.copy(was, is, "ownerReferences");
      keepQualityOfService(live, next);
    } else if (resource.groupResource().equals("deployments.apps")) {
      Metadata.copy(was, is, "labels");
    }
  }

  private static void keepQualityOfService(ObjectNode live, ObjectNode next) {
    ObjectNode status = Nodes.object(next, "status");
    if (!status.has("qosClass")) {
      Metadata.copy(Nodes.object(live, "status"), status, "qosClass");
    }
  }

  private static void onlyOfSpec(ObjectNode live, ObjectNode next, List<String> fields) {
    ObjectNode wanted = Nodes.object(next, "spec").deepCopy();
    Metadata.copy(live, next, "spec");
    Metadata.copy(live, next, "status");
    for (String field : fields) {
      Metadata.copy(wanted, Nodes.object(next, "spec"), field);
    }
    for (String field : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
      Metadata.copy(Metadata.of(live), Metadata.of(next), field);
    }
  }

  private static void keepSystemFields(ObjectNode live, ObjectNode next) {
    if (next.path("uid").asText("").isEmpty()) {
      Metadata.copy(live, next, "uid");
    }
    Metadata.copy(live, next, "creationTimestamp");
    if (live.hasNonNull("deletionTimestamp")) {
      Metadata.copy(live, next, "deletionTimestamp");
    } else {
      next.remove("deletionTimestamp");
    }
    if (!next.hasNonNull("deletionGracePeriodSeconds")) {
      Metadata.copy(live, next, "deletionGracePeriodSeconds");
    }
    next.remove("selfLink");
  }
}
