package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DISRUPTION_BUDGETS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Says how many pods a PodDisruptionBudget allows to be evicted. */
final class DisruptionController {
  private static final Events.Source SOURCE = new Events.Source("controllermanager", "");
  private static final Duration DELETION_TIMEOUT = Duration.ofMinutes(2);

  private final Context context;
  private final Api api;
  private final Ages ages;
  private final WorkQueue<Key> queue;

  DisruptionController(Context context) {
    this.context = context;
    this.api = context.api().controller("disruption-controller");
    this.ages = new Ages(context.timers());
    this.queue = context.queue("disruption", 1, this::sync);
    context
        .informers()
        .on(
            DISRUPTION_BUDGETS,
            (before, after) ->
                Context.both(before, after).forEach(budget -> queue.add(Key.of(budget))));
    context
        .informers()
        .on(
            PODS,
            (before, after) -> {
              for (ObjectNode pod : Context.both(before, after)) {
                context.informers().seen(DISRUPTION_BUDGETS, Nodes.namespace(pod)).stream()
                    .filter(budget -> selects(budget, pod))
                    .forEach(budget -> queue.add(Key.of(budget)));
              }
            });
  }

  private static boolean selects(JsonNode budget, JsonNode pod) {
    return Selectors.matches(Nodes.at(budget, "spec", "selector"), Nodes.labels(pod));
  }

  private void sync(Key key) {
    ObjectNode budget = api.find(DISRUPTION_BUDGETS, key).orElse(null);
    if (budget == null) {
      return;
    }
    List<ObjectNode> pods =
        api.list(PODS, key.namespace()).stream().filter(pod -> selects(budget, pod)).toList();
    JsonNode max = Nodes.at(budget, "spec", "maxUnavailable");
    JsonNode min = Nodes.at(budget, "spec", "minAvailable");
    boolean byScale = !max.isMissingNode() || min.isTextual();
    long expected = byScale ? expectedScale(pods) : pods.size();
    long desired =
        max.isMissingNode()
            ? Numbers.share(min, 0, expected, true)
            : Math.max(0, expected - Numbers.share(max, 0, expected, true));
    ObjectNode disrupted = disrupted(budget, pods);
    // An evicted pod that is not yet being deleted would otherwise be given away twice.
    long healthy =
        pods.stream()
            .filter(pod -> !Owners.isDeleting(pod) && !disrupted.has(Nodes.name(pod)))
            .filter(Pods::isReady)
            .count();
    long allowed = expected > 0 ? Math.max(0, healthy - desired) : 0;
    ObjectNode status = Json.object();
    if (!disrupted.isEmpty()) {
      status.set("disruptedPods", disrupted);
    }
    status.put("currentHealthy", healthy).put("desiredHealthy", desired);
    status.put("expectedPods", expected).put("disruptionsAllowed", allowed);
    write(budget, status);
  }

  /** The evictions whose pods are about to be deleted, and whose time for that has not run out. */
  private ObjectNode disrupted(ObjectNode budget, List<ObjectNode> pods) {
    JsonNode evicted = Nodes.at(budget, "status", "disruptedPods");
    Map<String, ObjectNode> there = new TreeMap<>();
    pods.stream()
        .filter(pod -> !Owners.isDeleting(pod))
        .forEach(pod -> there.put(Nodes.name(pod), pod));
    ObjectNode left = Json.object();
    for (Map.Entry<String, JsonNode> eviction : evicted.properties()) {
      String age = Nodes.uid(budget) + "/" + eviction.getKey();
      ObjectNode pod = there.get(eviction.getKey());
      if (pod == null) {
        ages.forget(age);
        continue;
      }
      Duration wait = DELETION_TIMEOUT.minus(ages.of(age, eviction.getValue().asText()));
      if (wait.isNegative() || wait.isZero()) {
        ages.forget(age);
        notDeleted(budget, pod);
      } else {
        left.set(eviction.getKey(), eviction.getValue());
        queue.addAfter(Key.of(budget), wait);
      }
    }
    return left;
  }

  private void notDeleted(ObjectNode budget, ObjectNode pod) {
    // The namespace twice, as the real controller words it.
    String where = Nodes.namespace(budget) + "/" + Nodes.namespace(budget);
    context
        .events()
        .warning(
            SOURCE,
            context.events().about(PODS, pod),
            "NotDeleted",
            "Pod was expected by PDB " + where + " to be deleted but it wasn't");
  }

  /** How many pods the controllers of these pods want, each counted once. */
  private long expectedScale(List<ObjectNode> pods) {
    Map<String, Long> scales = new LinkedHashMap<>();
    for (ObjectNode pod : pods) {
      Owners.controller(pod)
          .ifPresent(
              ref ->
                  scales.computeIfAbsent(
                      Nodes.textOrEmpty(ref, "uid"), uid -> scale(pod, ref).orElse(0L)));
    }
    return scales.values().stream().mapToLong(Long::longValue).sum();
  }

  private Optional<Long> scale(JsonNode pod, JsonNode ref) {
    Optional<Resource> kind =
        api.kinds().kind(Nodes.textOrEmpty(ref, "apiVersion"), Nodes.textOrEmpty(ref, "kind"));
    return kind.flatMap(
            resource ->
                api.resources()
                    .find(resource, Nodes.namespace(pod), Nodes.textOrEmpty(ref, "name")))
        .map(
            owner ->
                // A ReplicaSet during a roll-out is part of its Deployment.
                Owners.controller(owner)
                    .flatMap(above -> scale(owner, above))
                    .orElse(DeploymentSpec.replicas(owner)));
  }

  private void write(ObjectNode budget, ObjectNode numbers) {
    ObjectNode changed = budget.deepCopy();
    ObjectNode status = Nodes.object(changed, "status");
    status.remove("disruptedPods");
    status.setAll(numbers);
    long generation = Nodes.number(0, budget, "metadata", "generation");
    status.put("observedGeneration", generation);
    ObjectNode condition =
        numbers.path("disruptionsAllowed").asLong() > 0
            ? Conditions.of("DisruptionAllowed", "True", "SufficientPods", "")
            : Conditions.of("DisruptionAllowed", "False", "InsufficientPods", "");
    condition.put("message", "").put("observedGeneration", generation);
    Conditions.set(status, condition, context.now());
    if (!changed.equals(budget)) {
      api.updateStatus(DISRUPTION_BUDGETS, changed);
    }
  }
}
