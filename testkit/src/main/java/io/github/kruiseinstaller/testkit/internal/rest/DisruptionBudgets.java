package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Write;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Details;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The PodDisruptionBudgets, as an eviction asks them. */
final class DisruptionBudgets {
  private static final String BUDGETS = "poddisruptionbudgets.policy";

  private final Wiring wiring;
  private final Update update;

  DisruptionBudgets(Wiring wiring, Update update) {
    this.wiring = wiring;
    this.update = update;
  }

  /**
   * Takes one disruption from the budget that covers a pod, if one does.
   *
   * @return whether a budget covers the pod and lets it go for free, since it is not ready
   * @throws StatusException 429 when the budget does not allow it
   */
  boolean spend(Request eviction, ObjectNode pod, boolean dryRun) {
    List<ObjectNode> covering = covering(eviction.namespace(), pod);
    if (covering.size() > 1) {
      throw new StatusException(
          500,
          "",
          "This pod has more than one PodDisruptionBudget, which the eviction subresource does not"
              + " support.",
          null);
    }
    if (covering.isEmpty()) {
      return false;
    }
    ObjectNode budget = covering.get(0);
    if (!PodConditions.isReady(pod) && letsUnreadyGo(budget)) {
      return true;
    }
    if (dryRun) {
      decrement(budget.deepCopy(), eviction.name());
      return false;
    }
    update.run(
        asServer(eviction.namespace(), Nodes.name(budget)),
        Update.Manner.ofServer(),
        live -> live == null ? gone(budget) : decrement(live, eviction.name()));
    return false;
  }

  private static ObjectNode gone(@Nullable ObjectNode budget) {
    throw Statuses.notFound(
        "policy", "poddisruptionbudgets", budget == null ? "" : Nodes.name(budget));
  }

  private Request asServer(String namespace, String name) {
    Resource resource =
        wiring
            .kinds()
            .resource("policy", "v1", "poddisruptionbudgets")
            .orElseThrow(Statuses::noSuchPath);
    return new Request(
        "update",
        Caller.system("kube-apiserver"),
        resource,
        namespace,
        name,
        "status",
        new Write(false, "", "", false, new ArrayList<>()));
  }

  private List<ObjectNode> covering(String namespace, ObjectNode pod) {
    return wiring.store().list(BUDGETS, namespace).items().stream()
        .map(Stored::tree)
        .filter(budget -> covers(budget, pod))
        .toList();
  }

  private static boolean covers(JsonNode budget, ObjectNode pod) {
    JsonNode selector = Nodes.at(budget, "spec", "selector");
    Optional<LabelSelector> labels =
        selector.isObject() ? LabelSelector.of(selector) : Optional.empty();
    return labels.filter(there -> there.matches(Nodes.labels(pod))).isPresent();
  }

  private static boolean letsUnreadyGo(JsonNode budget) {
    long desired = Nodes.number(0, budget, "status", "desiredHealthy");
    long current = Nodes.number(0, budget, "status", "currentHealthy");
    return Nodes.textOrEmpty(budget, "spec", "unhealthyPodEvictionPolicy").equals("AlwaysAllow")
        || (desired > 0 && current >= desired);
  }

  private ObjectNode decrement(ObjectNode budget, String pod) {
    String name = Nodes.name(budget);
    ObjectNode status = Nodes.object(budget, "status");
    if (Nodes.number(0, status, "observedGeneration")
        < Nodes.number(0, budget, "metadata", "generation")) {
      throw tooMany(
          "The disruption budget " + name + " is still being processed by the server.", 10);
    }
    long allowed = Nodes.number(0, status, "disruptionsAllowed");
    if (allowed < 0) {
      throw Statuses.forbidden(
          "policy", "poddisruptionbudget", name, "pdb disruptions allowed is negative");
    }
    if (allowed == 0) {
      throw tooMany(
          "The disruption budget "
              + name
              + " needs "
              + Nodes.number(0, status, "desiredHealthy")
              + " healthy pods and has "
              + Nodes.number(0, status, "currentHealthy")
              + " currently",
          0);
    }
    status.put("disruptionsAllowed", allowed - 1);
    Nodes.object(status, "disruptedPods").put(pod, Metadata.text(wiring.clock().instant()));
    if (allowed == 1) {
      exhausted(budget, status);
    }
    return budget;
  }

  private void exhausted(ObjectNode budget, ObjectNode status) {
    ArrayNode conditions = Nodes.array(status, "conditions");
    for (int i = conditions.size() - 1; i >= 0; i--) {
      if (conditions.get(i).path("type").asText().equals("DisruptionAllowed")) {
        conditions.remove(i);
      }
    }
    conditions
        .addObject()
        .put("type", "DisruptionAllowed")
        .put("status", "False")
        .put("observedGeneration", Nodes.number(0, budget, "status", "observedGeneration"))
        .put("lastTransitionTime", Metadata.text(wiring.clock().instant()))
        .put("reason", "InsufficientPods")
        .put("message", "");
  }

  private static StatusException tooMany(String cause, int retryAfterSeconds) {
    return new StatusException(
        429,
        "TooManyRequests",
        "Cannot evict pod as it would violate the pod's disruption budget.",
        new Details(
            "", "", "", "", List.of(new Cause("DisruptionBudget", cause, "")), retryAfterSeconds));
  }
}
