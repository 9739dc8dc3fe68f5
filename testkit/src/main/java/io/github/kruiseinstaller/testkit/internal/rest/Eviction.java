package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Delete;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** POST on pods/eviction: a deletion that a disruption budget may forbid. */
final class Eviction {
  private final Wiring wiring;
  private final Gate gate;
  private final Update update;
  private final Deletion deletion;
  private final DisruptionBudgets budgets;

  Eviction(Wiring wiring, Gate gate, Update update, Deletion deletion) {
    this.wiring = wiring;
    this.gate = gate;
    this.update = update;
    this.deletion = deletion;
    this.budgets = new DisruptionBudgets(wiring, update);
  }

  void evict(Request request, ObjectNode sent) {
    ObjectNode eviction = sent.deepCopy();
    Metadata.ensureNamespace(request.resource(), request.namespace(), eviction);
    if (!Nodes.name(eviction).equals(request.name())) {
      throw Statuses.badRequest("name in URL does not match name in Eviction object");
    }
    boolean dryRun =
        request.write().dryRun() || !Nodes.list(eviction, "deleteOptions", "dryRun").isEmpty();
    ObjectNode admitted = gate.post(request, eviction);
    Delete delete = options(admitted, dryRun);
    ObjectNode pod =
        wiring
            .store()
            .find("pods", request.namespace(), request.name())
            .orElseThrow(request::notFound)
            .tree();
    if (ignoresBudget(pod)) {
      delete(request, delete);
      return;
    }
    boolean exempt = budgets.spend(request, pod, dryRun);
    if (!exempt) {
      delete(request, delete);
      return;
    }
    // Only as long as nobody has made the pod ready meanwhile.
    delete(request, withVersion(delete, Nodes.resourceVersion(pod)));
  }

  /** A pod that does not run yet, or no longer, disrupts nobody. */
  private static boolean ignoresBudget(JsonNode pod) {
    return Set.of("Succeeded", "Failed", "Pending")
            .contains(Nodes.textOrEmpty(pod, "status", "phase"))
        || !Nodes.textOrEmpty(pod, "metadata", "deletionTimestamp").isEmpty();
  }

  private static Delete options(JsonNode eviction, boolean dryRun) {
    JsonNode options = eviction.path("deleteOptions");
    JsonNode grace = options.path("gracePeriodSeconds");
    return new Delete(
        Nodes.textOrEmpty(options, "propagationPolicy"),
        grace.isIntegralNumber() ? Long.valueOf(grace.longValue()) : null,
        Nodes.textOrEmpty(options, "preconditions", "uid"),
        Nodes.textOrEmpty(options, "preconditions", "resourceVersion"),
        dryRun);
  }

  private static Delete withVersion(Delete delete, String version) {
    return delete.resourceVersion().isEmpty()
        ? new Delete(delete.policy(), delete.graceSeconds(), delete.uid(), version, delete.dryRun())
        : delete;
  }

  private void delete(Request request, Delete delete) {
    Delete remaining = delete;
    Request ofPod =
        new Request(
            "delete",
            request.caller(),
            request.resource(),
            request.namespace(),
            request.name(),
            "",
            ResourceService.silent(delete.dryRun()));
    if (!delete.dryRun()) {
      ObjectNode marked =
          update.run(ofPod, Update.Manner.ofServer(), live -> marked(ofPod, delete, live)).object();
      if (!delete.resourceVersion().isEmpty()) {
        remaining = withVersion(without(delete), Nodes.resourceVersion(marked));
      }
    }
    deletion.delete(ofPod, remaining, false);
  }

  private static Delete without(Delete delete) {
    return new Delete(delete.policy(), delete.graceSeconds(), delete.uid(), "", delete.dryRun());
  }

  private ObjectNode marked(Request request, Delete delete, @Nullable ObjectNode live) {
    if (live == null) {
      throw request.notFound();
    }
    StatusException refusal = Deletion.preconditionRefusal(request, delete, live);
    if (refusal != null) {
      throw refusal;
    }
    PodConditions.setTrue(
        live,
        "DisruptionTarget",
        "EvictionByEvictionAPI",
        "Eviction API: evicting",
        wiring.clock().instant());
    return live;
  }
}
