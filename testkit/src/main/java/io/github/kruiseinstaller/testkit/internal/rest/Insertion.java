package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.rest.Observer.Effect;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Optional;

/**
 * The last steps of everything that makes a new object, by POST or otherwise: what the API server
 * sets, validation, the validating half of admission, storing.
 */
final class Insertion {
  private final Wiring wiring;
  private final Gate gate;
  private final Versions versions;
  private final ServiceAllocations allocations;

  Insertion(Wiring wiring, Gate gate, Versions versions, ServiceAllocations allocations) {
    this.wiring = wiring;
    this.gate = gate;
    this.versions = versions;
    this.allocations = allocations;
  }

  /**
   * Stores a new object.
   *
   * @param next it, with defaults and after the mutating half of admission; changed
   * @param refusesVersion whether a resourceVersion in it is an error
   * @return what was stored, or for a dry run would have been; empty when the name is taken
   */
  Optional<ObjectNode> insert(Request request, ObjectNode next, boolean refusesVersion) {
    Metadata.fill(next, wiring.clock().instant());
    boolean service = KindFacts.isService(request.resource());
    boolean dryRun = request.write().dryRun();
    Runnable revert = service ? allocations.assign(next, dryRun) : () -> {};
    boolean stored = false;
    try {
      Optional<ObjectNode> result = store(request, next, refusesVersion);
      stored = result.isPresent();
      return result;
    } finally {
      if (!stored) {
        revert.run();
      }
    }
  }

  private Optional<ObjectNode> store(Request request, ObjectNode next, boolean refusesVersion) {
    prepare(request, next);
    wiring.rules().validateCreate(request.resource(), next);
    request.write().warnings().addAll(wiring.rules().warnings(request.resource(), next));
    canonicalize(request, next);
    request.write().mayCreate().run();
    gate.validate(request, Lens.WHOLE, null, next);
    String name = Nodes.name(next);
    String resource = request.groupResource();
    if (request.write().dryRun()) {
      if (wiring.store().find(resource, request.namespace(), name).isPresent()) {
        return Optional.empty();
      }
      report(request, name, Effect.NONE);
      return Optional.of(next);
    }
    refuseVersion(next, refusesVersion);
    Metadata.of(next).remove("resourceVersion");
    ObjectNode tree = versions.toStorage(request.resource(), next);
    Optional<ObjectNode> stored =
        wiring.store().exclusively(() -> create(request, next, tree)).map(Stored::tree);
    stored.ifPresent(object -> report(request, name, Effect.CREATED));
    return stored.map(object -> versions.read(request.resource(), object));
  }

  /** Admission takes its time, and much may have happened since it began. */
  private Optional<Stored> create(Request request, ObjectNode next, ObjectNode tree) {
    gate.confirm(request, next);
    return wiring
        .store()
        .create(request.groupResource(), request.namespace(), Nodes.name(next), tree);
  }

  private void prepare(Request request, ObjectNode next) {
    Metadata.ensureNamespace(request.resource(), request.namespace(), next);
    KindFacts facts = KindFacts.of(request.resource());
    if (facts.generation() != KindFacts.Generation.NONE) {
      Metadata.of(next).put("generation", 1L);
    }
    FirstStatus.set(request.resource(), next);
    Selectors.generate(request.resource(), next);
    if (KindFacts.isPod(request.resource())) {
      LabelKeys.merge(next);
    }
    if (KindFacts.isNamespace(request.resource())) {
      ArrayNode finalizers = Nodes.array(Nodes.object(next, "spec"), "finalizers");
      if (finalizers.valueStream().noneMatch(name -> name.asText().equals("kubernetes"))) {
        finalizers.add("kubernetes");
      }
    }
    if (request.groupResource().equals("daemonsets.apps")) {
      Nodes.object(next, "metadata", "annotations").put(Transition.TEMPLATE_GENERATION, "1");
    }
  }

  /** A Namespace with a generated name gets its label only now. */
  private static void canonicalize(Request request, ObjectNode next) {
    if (KindFacts.isNamespace(request.resource())) {
      Nodes.object(next, "metadata", "labels").put("kubernetes.io/metadata.name", Nodes.name(next));
    }
  }

  private static void refuseVersion(ObjectNode next, boolean refuses) {
    JsonNode version = Nodes.at(next, "metadata", "resourceVersion");
    if (refuses && !version.asText("").isEmpty() && !version.asText().equals("0")) {
      throw new StatusException(
          500, "", "resourceVersion should not be set on objects to be created", null);
    }
  }

  private void report(Request request, String name, Effect effect) {
    wiring.observer().wrote(request.verb(), request.resource(), request.namespace(), name, effect);
  }
}
