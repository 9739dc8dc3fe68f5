package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** Resolves the PriorityClass of a new Pod. */
final class PodPriority implements Plugin {
  private static final String GROUP = "scheduling.k8s.io";
  private static final String PLURAL = "priorityclasses";
  private static final String LOWER = "PreemptLowerPriority";

  /** Those that every cluster has. */
  private static final Map<String, Long> BUILT_IN =
      Map.of("system-cluster-critical", 2_000_000_000L, "system-node-critical", 2_000_001_000L);

  private final ClusterState cluster;

  PodPriority(ClusterState cluster) {
    this.cluster = cluster;
  }

  @Override
  public void mutate(Request request, ObjectNode pod) {
    if (!request.isAbout("", "pods")) {
      return;
    }
    ObjectNode spec = Nodes.object(pod, "spec");
    if (request.operation() == Operation.CREATE) {
      resolve(request, spec);
    } else if (request.oldObject() != null) {
      keep(request.oldObject(), spec, "priority");
      keep(request.oldObject(), spec, "preemptionPolicy");
    }
  }

  private static void keep(ObjectNode old, ObjectNode spec, String field) {
    JsonNode before = Nodes.at(old, "spec", field);
    if (!spec.hasNonNull(field) && !before.isMissingNode()) {
      spec.set(field, before);
    }
  }

  private void resolve(Request request, ObjectNode spec) {
    String name = Nodes.textOrEmpty(spec, "priorityClassName");
    Optional<ObjectNode> found = name.isEmpty() ? byDefault() : byName(name);
    if (!name.isEmpty() && found.isEmpty()) {
      throw Refusals.forbidden(request, "no PriorityClass with name " + name + " was found");
    }
    long priority = found.map(byClass -> Nodes.number(0, byClass, "value")).orElse(0L);
    String policy =
        found.map(byClass -> Nodes.textOrEmpty(byClass, "preemptionPolicy")).orElse(LOWER);
    if (name.isEmpty() && found.isPresent()) {
      spec.put("priorityClassName", Nodes.name(found.get()));
    }
    if (Nodes.number(priority, spec, "priority") != priority) {
      throw Refusals.forbidden(
          request,
          "the integer value of priority ("
              + Nodes.at(spec, "priority").asText()
              + ") must not be provided in pod spec; priority admission controller computed "
              + priority
              + " from the given PriorityClass name");
    }
    spec.put("priority", priority);
    if (policy.isEmpty()) {
      return;
    }
    String own = Nodes.text(spec, "preemptionPolicy").orElse(policy);
    if (!own.equals(policy)) {
      throw Refusals.forbidden(
          request,
          "the string value of PreemptionPolicy ("
              + own
              + ") must not be provided in pod spec; priority admission controller computed "
              + policy
              + " from the given PriorityClass name");
    }
    spec.put("preemptionPolicy", policy);
  }

  private Optional<ObjectNode> byDefault() {
    return cluster.list(GROUP, PLURAL, "").stream()
        .filter(each -> Nodes.at(each, "globalDefault").asBoolean())
        .min(Comparator.comparingLong(each -> Nodes.number(0, each, "value")));
  }

  private Optional<ObjectNode> byName(String name) {
    return cluster
        .find(GROUP, PLURAL, "", name)
        .or(
            () ->
                Optional.ofNullable(BUILT_IN.get(name))
                    .map(
                        value -> Json.object().put("value", value).put("preemptionPolicy", LOWER)));
  }
}
