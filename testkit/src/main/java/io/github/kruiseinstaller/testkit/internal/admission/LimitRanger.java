package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Default resources of a namespace's containers, and their least and greatest. */
final class LimitRanger implements Plugin {
  private static final String ANNOTATION = "kubernetes.io/limit-ranger";

  private final ClusterState cluster;

  LimitRanger(ClusterState cluster) {
    this.cluster = cluster;
  }

  @Override
  public void mutate(Request request, ObjectNode pod) {
    if (!creates(request)) {
      return;
    }
    List<String> set = new ArrayList<>();
    ObjectNode spec = Nodes.object(pod, "spec");
    for (JsonNode limit : limits(request)) {
      for (ObjectNode container : Containers.in(spec, "containers")) {
        fill(container, limit, "container", set);
      }
      for (ObjectNode container : Containers.in(spec, "initContainers")) {
        fill(container, limit, "init container", set);
      }
    }
    if (!set.isEmpty()) {
      Nodes.object(pod, "metadata", "annotations")
          .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", set));
    }
  }

  @Override
  public void validate(Request request) {
    if (!creates(request) || request.object() == null) {
      return;
    }
    JsonNode spec = Nodes.at(request.object(), "spec");
    List<String> broken = new ArrayList<>();
    for (JsonNode limit : limits(request)) {
      for (String list : List.of("containers", "initContainers")) {
        for (JsonNode container : Nodes.list(spec, list)) {
          check(container, limit, broken);
        }
      }
    }
    if (!broken.isEmpty()) {
      throw Refusals.forbidden(request, Refusals.all(broken));
    }
  }

  private static boolean creates(Request request) {
    return request.operation() == Operation.CREATE && request.isAbout("", "pods");
  }

  private List<JsonNode> limits(Request request) {
    List<JsonNode> limits = new ArrayList<>();
    for (ObjectNode range : cluster.list("", "limitranges", request.namespace())) {
      for (JsonNode limit : Nodes.list(range, "spec", "limits")) {
        if (Nodes.textOrEmpty(limit, "type").equals("Container")) {
          limits.add(limit);
        }
      }
    }
    return limits;
  }

  private static void fill(
      ObjectNode container, JsonNode limit, String what, List<String> annotations) {
    note(
        put(container, "requests", limit.path("defaultRequest")),
        "request",
        what,
        container,
        annotations);
    note(put(container, "limits", limit.path("default")), "limit", what, container, annotations);
  }

  private static Set<String> put(ObjectNode container, String kind, JsonNode defaults) {
    TreeSet<String> set = new TreeSet<>();
    for (Map.Entry<String, JsonNode> entry : defaults.properties()) {
      if (Nodes.at(container, "resources", kind, entry.getKey()).isMissingNode()) {
        Nodes.object(container, "resources", kind).set(entry.getKey(), entry.getValue());
        set.add(entry.getKey());
      }
    }
    return set;
  }

  private static void note(
      Set<String> set, String kind, String what, JsonNode container, List<String> into) {
    if (!set.isEmpty()) {
      into.add(
          String.join(", ", set)
              + " "
              + kind
              + " for "
              + what
              + " "
              + Nodes.textOrEmpty(container, "name"));
    }
  }

  private static void check(JsonNode container, JsonNode limit, List<String> broken) {
    limit.path("min").properties().forEach(bound -> checkMin(container, bound, broken));
    limit.path("max").properties().forEach(bound -> checkMax(container, bound, broken));
  }

  private static void checkMin(
      JsonNode container, Map.Entry<String, JsonNode> bound, List<String> broken) {
    Quantity least = Quantity.of(bound.getValue());
    JsonNode request = Nodes.at(container, "resources", "requests", bound.getKey());
    JsonNode limit = Nodes.at(container, "resources", "limits", bound.getKey());
    String rule = "minimum " + bound.getKey() + " usage per Container is " + least.text();
    if (request.isMissingNode()) {
      broken.add(rule + ".  No request is specified");
    } else if (Quantity.of(request).compareTo(least) < 0) {
      broken.add(rule + ", but request is " + request.asText());
    } else if (!limit.isMissingNode() && Quantity.of(limit).compareTo(least) < 0) {
      broken.add(rule + ", but limit is " + limit.asText());
    }
  }

  private static void checkMax(
      JsonNode container, Map.Entry<String, JsonNode> bound, List<String> broken) {
    Quantity most = Quantity.of(bound.getValue());
    JsonNode request = Nodes.at(container, "resources", "requests", bound.getKey());
    JsonNode limit = Nodes.at(container, "resources", "limits", bound.getKey());
    String rule = "maximum " + bound.getKey() + " usage per Container is " + most.text();
    if (limit.isMissingNode()) {
      broken.add(rule + ".  No limit is specified");
    } else if (Quantity.of(limit).compareTo(most) > 0) {
      broken.add(rule + ", but limit is " + limit.asText());
    } else if (!request.isMissingNode() && Quantity.of(request).compareTo(most) > 0) {
      broken.add(rule + ", but request is " + request.asText());
    }
  }
}
