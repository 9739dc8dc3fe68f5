package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Refuses what exceeds a namespace's quota of objects: {@code pods}, {@code count/RESOURCE} and the
 * other plain counts. Quotas of CPU and memory are not enforced. Counts what is there, so it needs
 * no controller that keeps the quota's status.
 */
final class ResourceQuotas implements Plugin {
  private static final Set<String> PLAIN =
      Set.of(
          "pods",
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
    if (request.operation() != Operation.CREATE
        || !request.subresource().isEmpty()
        || !request.resource().namespaced()) {
      return;
    }
    for (ObjectNode quota : cluster.list("", "resourcequotas", request.namespace())) {
      check(request, quota);
    }
  }

  private void check(Request request, ObjectNode quota) {
    JsonNode hard = Nodes.at(quota, "spec", "hard");
    List<String> names = names(request.resource());
    names.removeIf(name -> !hard.has(name));
    if (names.isEmpty()) {
      return;
    }
    long used = used(request);
    TreeSet<String> exceeded = new TreeSet<>();
    for (String name : names) {
      if (Quantity.of(hard.path(name)).value().longValue() < used + 1) {
        exceeded.add(name);
      }
    }
    if (!exceeded.isEmpty()) {
      throw Refusals.forbidden(
          request,
          "exceeded quota: "
              + Nodes.name(quota)
              + ", requested: "
              + exceeded.stream().map(name -> name + "=1").collect(Collectors.joining(","))
              + ", used: "
              + exceeded.stream().map(name -> name + "=" + used).collect(Collectors.joining(","))
              + ", limited: "
              + exceeded.stream()
                  .map(name -> name + "=" + hard.path(name).asText())
                  .collect(Collectors.joining(",")));
    }
  }

  private static List<String> names(Resource resource) {
    List<String> names = new ArrayList<>();
    names.add("count/" + Statuses.qualified(resource.group(), resource.plural()));
    if (resource.group().isEmpty() && PLAIN.contains(resource.plural())) {
      names.add(resource.plural());
    }
    return names;
  }

  private long used(Request request) {
    Resource resource = request.resource();
    return cluster.list(resource.group(), resource.plural(), request.namespace()).stream()
        .map(object -> Nodes.textOrEmpty(object, "status", "phase"))
        .filter(
            phase ->
                !resource.groupResource().equals("pods")
                    || !(phase.equals("Succeeded") || phase.equals("Failed")))
        .count();
  }
}
