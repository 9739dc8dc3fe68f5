package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Default resources of a namespace's containers, and how little or much containers and pods may
 * take. Limits of PersistentVolumeClaims are not enforced.
 */
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
    for (JsonNode limit : containerLimits(request)) {
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
    if (request.object() == null || !(creates(request) || resizes(request))) {
      return;
    }
    JsonNode spec = Nodes.at(request.object(), "spec");
    for (ObjectNode range : ranges(request)) {
      // As the API server: what the next range would say is not asked any more.
      refuse(request, broken(range, spec));
    }
  }

  private static void refuse(Request request, Set<String> broken) {
    if (!broken.isEmpty()) {
      throw Refusals.forbidden(request, Refusals.all(List.copyOf(broken)));
    }
  }

  /** In order, each reason once. */
  private static Set<String> broken(JsonNode range, JsonNode spec) {
    Set<String> broken = new LinkedHashSet<>();
    for (JsonNode limit : Nodes.list(range, "spec", "limits")) {
      switch (Nodes.textOrEmpty(limit, "type")) {
        case "Container" -> {
          for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : Nodes.list(spec, list)) {
              check(Taken.byContainer(container), limit, broken);
            }
          }
        }
        case "Pod" -> check(Taken.byPod(spec), limit, broken);
        default -> {}
      }
    }
    return broken;
  }

  private static boolean creates(Request request) {
    return request.operation() == Operation.CREATE && request.isAbout("", "pods");
  }

  private static boolean resizes(Request request) {
    return request.resource().groupResource().equals("pods")
        && request.subresource().equals("resize");
  }

  private List<ObjectNode> ranges(Request request) {
    return cluster.list("", "limitranges", request.namespace());
  }

  private List<JsonNode> containerLimits(Request request) {
    return ranges(request).stream()
        .flatMap(range -> Nodes.list(range, "spec", "limits").stream())
        .filter(limit -> Nodes.textOrEmpty(limit, "type").equals("Container"))
        .toList();
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

  /** What somebody asks for and may take at most. */
  private record Taken(String type, Map<String, Quantity> requests, Map<String, Quantity> limits) {
    static Taken byContainer(JsonNode container) {
      return new Taken(
          "Container",
          PodResources.ofContainer(container, "requests"),
          PodResources.ofContainer(container, "limits"));
    }

    static Taken byPod(JsonNode spec) {
      return new Taken("Pod", PodResources.of(spec, "requests"), PodResources.of(spec, "limits"));
    }
  }

  private static void check(Taken taken, JsonNode limit, Set<String> broken) {
    limit.path("min").properties().forEach(bound -> checkMin(taken, bound, broken));
    limit.path("max").properties().forEach(bound -> checkMax(taken, bound, broken));
    limit
        .path("maxLimitRequestRatio")
        .properties()
        .forEach(bound -> checkRatio(taken, bound, broken));
  }

  private static void checkMin(Taken taken, Map.Entry<String, JsonNode> bound, Set<String> broken) {
    Quantity least = Quantity.of(bound.getValue());
    Quantity request = taken.requests().get(bound.getKey());
    Quantity limit = taken.limits().get(bound.getKey());
    String rule =
        "minimum " + bound.getKey() + " usage per " + taken.type() + " is " + least.text();
    if (request == null) {
      broken.add(rule + ".  No request is specified");
    } else if (request.compareTo(least) < 0) {
      broken.add(rule + ", but request is " + request.text());
    } else if (limit != null && limit.compareTo(least) < 0) {
      broken.add(rule + ", but limit is " + limit.text());
    }
  }

  private static void checkMax(Taken taken, Map.Entry<String, JsonNode> bound, Set<String> broken) {
    Quantity most = Quantity.of(bound.getValue());
    Quantity request = taken.requests().get(bound.getKey());
    Quantity limit = taken.limits().get(bound.getKey());
    String rule = "maximum " + bound.getKey() + " usage per " + taken.type() + " is " + most.text();
    if (limit == null) {
      broken.add(rule + ".  No limit is specified");
    } else if (limit.compareTo(most) > 0) {
      broken.add(rule + ", but limit is " + limit.text());
    } else if (request != null && request.compareTo(most) > 0) {
      broken.add(rule + ", but request is " + request.text());
    }
  }

  private static void checkRatio(
      Taken taken, Map.Entry<String, JsonNode> bound, Set<String> broken) {
    Quantity most = Quantity.of(bound.getValue());
    Quantity request = taken.requests().getOrDefault(bound.getKey(), Quantity.ZERO);
    Quantity limit = taken.limits().getOrDefault(bound.getKey(), Quantity.ZERO);
    String rule =
        bound.getKey() + " max limit to request ratio per " + taken.type() + " is " + most.text();
    if (request.isZero()) {
      broken.add(rule + ", but no request is specified or request is 0");
    } else if (limit.isZero()) {
      broken.add(rule + ", but no limit is specified or limit is 0");
    } else if (limit.value().compareTo(request.value().multiply(most.value())) > 0) {
      double ratio = limit.value().doubleValue() / request.value().doubleValue();
      broken.add(rule + String.format(Locale.ROOT, ", but provided ratio is %f", ratio));
    }
  }
}
