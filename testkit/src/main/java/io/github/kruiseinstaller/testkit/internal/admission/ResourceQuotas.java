package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Refuses what exceeds a namespace's quota: {@code count/RESOURCE} and the other plain counts, and
 * what pods request or are limited to of CPU, memory, ephemeral storage, huge pages and extended
 * resources. Quotas of storage and of kinds of Services are not enforced. Counts what is there, so
 * it needs no controller that keeps the quota's status. A pod that does not end in time is counted
 * until it is gone.
 */
final class ResourceQuotas implements Plugin {
  private static final Set<String> PLAIN =
      Set.of(
          "services",
          "configmaps",
          "secrets",
          "persistentvolumeclaims",
          "replicationcontrollers",
          "resourcequotas");

  private final ClusterState cluster;

  ResourceQuotas(ClusterState cluster) {
    this.cluster = cluster;
  }

  @Override
  public void validate(Request request) {
    ObjectNode object = request.object();
    if (object == null || !request.resource().namespaced() || !takes(request)) {
      return;
    }
    List<ObjectNode> quotas = new ArrayList<>();
    for (ObjectNode quota : cluster.list("", "resourcequotas", request.namespace())) {
      if (covers(quota, request, object)) {
        if (isPods(request.resource())) {
          refuseUnsaid(request, object, quota);
        }
        quotas.add(quota);
      }
    }
    for (ObjectNode quota : quotas) {
      check(request, quota, more(request, object, quota));
    }
  }

  private static boolean takes(Request request) {
    return request.subresource().isEmpty()
        ? request.operation() == Operation.CREATE
        : isPods(request.resource()) && request.subresource().equals("resize");
  }

  private static boolean isPods(Resource resource) {
    return resource.groupResource().equals("pods");
  }

  private static boolean covers(ObjectNode quota, Request request, ObjectNode object) {
    return isPods(request.resource()) ? QuotaScopes.cover(quota, object) : QuotaScopes.none(quota);
  }

  private static void refuseUnsaid(Request request, ObjectNode pod, ObjectNode quota) {
    Set<String> hard = new HashSet<>();
    Nodes.at(quota, "spec", "hard").fieldNames().forEachRemaining(hard::add);
    String unsaid = PodUsage.unsaid(pod, hard);
    if (!unsaid.isEmpty()) {
      throw Refusals.forbidden(request, "failed quota: " + Nodes.name(quota) + ": " + unsaid);
    }
  }

  /** What an object takes; of one that is there already, only what it takes beyond that. */
  private static Map<String, Quantity> more(Request request, ObjectNode object, ObjectNode quota) {
    Map<String, Quantity> more = usage(request.resource(), object);
    ObjectNode old = request.oldObject();
    if (old != null && covers(quota, request, old)) {
      Map<String, Quantity> before = usage(request.resource(), old);
      more.replaceAll((name, amount) -> amount.beyond(before.getOrDefault(name, Quantity.ZERO)));
    }
    more.values().removeIf(Quantity::isZero);
    return more;
  }

  private static Map<String, Quantity> usage(Resource resource, ObjectNode object) {
    if (isPods(resource)) {
      return PodUsage.of(object);
    }
    Map<String, Quantity> usage = new TreeMap<>();
    usage.put("count/" + Statuses.qualified(resource.group(), resource.plural()), Quantity.ONE);
    if (resource.group().isEmpty() && PLAIN.contains(resource.plural())) {
      usage.put(resource.plural(), Quantity.ONE);
    }
    return usage;
  }

  private void check(Request request, ObjectNode quota, Map<String, Quantity> requested) {
    JsonNode hard = Nodes.at(quota, "spec", "hard");
    requested.keySet().removeIf(name -> !hard.has(name));
    if (requested.isEmpty()) {
      return;
    }
    Map<String, Quantity> used = used(request, quota);
    Function<String, Quantity> usedOf = name -> used.getOrDefault(name, Quantity.ZERO);
    TreeSet<String> exceeded = new TreeSet<>();
    requested.forEach(
        (name, amount) -> {
          if (usedOf.apply(name).plus(amount).compareTo(Quantity.of(hard.path(name))) > 0) {
            exceeded.add(name);
          }
        });
    if (!exceeded.isEmpty()) {
      throw Refusals.forbidden(
          request,
          "exceeded quota: "
              + Nodes.name(quota)
              + ", requested: "
              + listed(exceeded, name -> requested.getOrDefault(name, Quantity.ZERO))
              + ", used: "
              + listed(exceeded, usedOf)
              + ", limited: "
              + listed(exceeded, name -> Quantity.of(hard.path(name))));
    }
  }

  private static String listed(Set<String> names, Function<String, Quantity> amount) {
    return names.stream()
        .map(name -> name + "=" + amount.apply(name).text())
        .collect(Collectors.joining(","));
  }

  private Map<String, Quantity> used(Request request, ObjectNode quota) {
    Resource resource = request.resource();
    Map<String, Quantity> used = new TreeMap<>();
    for (ObjectNode object :
        cluster.list(resource.group(), resource.plural(), request.namespace())) {
      if (covers(quota, request, object)) {
        usage(resource, object).forEach((name, amount) -> used.merge(name, amount, Quantity::plus));
      }
    }
    return used;
  }
}
