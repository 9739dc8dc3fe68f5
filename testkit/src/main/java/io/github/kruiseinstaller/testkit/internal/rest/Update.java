package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.FieldManagers;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Observer.Effect;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Outcome;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object, changes it and stores it, again and again until nobody was faster: what PUT and
 * all sorts of PATCH have in common.
 */
final class Update {
  private final Wiring wiring;
  private final Gate gate;
  private final Versions versions;
  private final Insertion insertion;
  private final ServiceAllocations allocations;

  Update(
      Wiring wiring,
      Gate gate,
      Versions versions,
      Insertion insertion,
      ServiceAllocations allocations) {
    this.wiring = wiring;
    this.gate = gate;
    this.versions = versions;
    this.insertion = insertion;
    this.allocations = allocations;
  }

  /**
   * How to update.
   *
   * @param lens what admission sees
   * @param creates whether the object is made where there is none
   * @param uid precondition, or empty
   * @param internal a step of something larger that has been admitted already: neither admission
   *     nor the kind's rules are asked
   */
  record Manner(Lens lens, boolean creates, String uid, boolean internal) {
    /** As a client does it. */
    static Manner ofClient(Lens lens, boolean creates, String uid) {
      return new Manner(lens, creates, uid, false);
    }

    /** As the API server itself does it. */
    static Manner ofServer() {
      return new Manner(Lens.WHOLE, false, "", true);
    }
  }

  Outcome run(Request request, Manner manner, Edit edit) {
    while (true) {
      Optional<Stored> stored =
          wiring.store().find(request.groupResource(), request.namespace(), request.name());
      Optional<Outcome> outcome =
          stored.isPresent()
              ? change(request, manner, edit, stored.get())
              : create(request, manner, edit);
      if (outcome.isPresent()) {
        return outcome.get();
      }
    }
  }

  private Optional<Outcome> create(Request request, Manner manner, Edit edit) {
    if (!manner.creates()) {
      throw request.notFound();
    }
    if (!manner.uid().isEmpty()) {
      throw request.uidMismatch(manner.uid(), "");
    }
    ObjectNode next = edit.next(null);
    next = admitted(request, manner.lens(), null, next);
    return insertion.insert(request, next, false).map(object -> new Outcome(object, true));
  }

  private Optional<Outcome> change(Request request, Manner manner, Edit edit, Stored stored) {
    Resource resource = request.resource();
    ObjectNode live = versions.read(resource, stored.tree());
    if (!manner.uid().isEmpty() && !manner.uid().equals(Nodes.uid(live))) {
      throw request.uidMismatch(manner.uid(), Nodes.uid(live));
    }
    ObjectNode next = edit.next(live.deepCopy());
    if (manner.internal()) {
      return store(request, stored, live, next).map(object -> new Outcome(object, false));
    }
    next = admitted(request, manner.lens(), live, next);
    checkVersion(request, live, next);
    Runnable revert =
        KindFacts.isService(resource) && request.subresource().isEmpty()
            ? allocations.carryOver(live, next, request.write().dryRun())
            : () -> {};
    boolean done = false;
    try {
      Transition.prepare(request, live, next);
      wiring.rules().validateUpdate(resource, live, next, request.subresource());
      next = FieldManagers.settled(live, next);
      gate.validate(request, manner.lens(), live, next);
      Optional<ObjectNode> result = store(request, stored, live, next);
      done = result.isPresent() && !request.write().dryRun();
      return result.map(object -> new Outcome(object, false));
    } finally {
      if (!done) {
        revert.run();
      }
    }
  }

  private ObjectNode admitted(
      Request request, Lens lens, @Nullable ObjectNode live, ObjectNode next) {
    ObjectNode admitted = gate.mutate(request, lens, live, next);
    wiring.rules().applyDefaults(request.resource(), admitted);
    Metadata.dedupOwners(admitted, true, request.write().warnings());
    return admitted;
  }

  private static void checkVersion(Request request, ObjectNode live, ObjectNode next) {
    String there = Nodes.resourceVersion(live);
    String wanted = Nodes.resourceVersion(next);
    if (wanted.isEmpty() || wanted.equals("0")) {
      if (!KindFacts.of(request.resource()).unconditionalUpdate()) {
        throw unconditional(request);
      }
      Metadata.of(next).put("resourceVersion", there);
    } else if (!wanted.equals(there)) {
      requireNumber(wanted);
      throw request.modified();
    }
  }

  private static void requireNumber(String version) {
    try {
      Long.parseUnsignedLong(version);
    } catch (NumberFormatException e) {
      throw new StatusException(
          500, "", "strconv.ParseUint: parsing \"" + version + "\": invalid syntax", null);
    }
  }

  private static StatusException unconditional(Request request) {
    return Statuses.invalid(
        request.resource().group(),
        request.resource().plural(),
        request.name(),
        List.of(
            new Cause(
                "FieldValueInvalid",
                "Invalid value: 0: must be specified for an update",
                "metadata.resourceVersion")));
  }

  private Optional<ObjectNode> store(
      Request request, Stored stored, ObjectNode live, ObjectNode next) {
    if (isLast(request.resource(), live, next)) {
      return remove(request, stored, live, next);
    }
    if (request.write().dryRun()) {
      report(request, Effect.NONE);
      return Optional.of(next);
    }
    // What is compared is what would be stored: an update in which nothing differs still writes
    // down what reading adds and takes away.
    ObjectNode object = versions.toStorage(request.resource(), next);
    if (object.equals(stored.tree())) {
      report(request, Effect.NONE);
      return Optional.of(next);
    }
    Optional<ObjectNode> result =
        wiring
            .store()
            .replace(
                request.groupResource(),
                stored,
                object,
                () -> settle(request.resource(), live, next))
            .map(written -> versions.read(request.resource(), written.tree()));
    result.ifPresent(written -> report(request, Effect.CHANGED));
    return result;
  }

  /** What a Service no longer has is free before anybody hears of it who may want it. */
  private void settle(Resource resource, ObjectNode live, ObjectNode next) {
    if (KindFacts.isService(resource)) {
      allocations.settle(live, next);
    }
  }

  /** Whether nothing holds a deleted object any more. */
  private static boolean isLast(Resource resource, ObjectNode live, ObjectNode next) {
    boolean held =
        !KindFacts.finalizers(next).isEmpty()
            || (KindFacts.isNamespace(resource)
                && !Nodes.list(next, "spec", "finalizers").isEmpty());
    return !held
        && Metadata.isDeleting(live)
        && Nodes.number(0, live, "metadata", "deletionGracePeriodSeconds") == 0;
  }

  /** The client that takes the last finalizer away is answered with what it wrote. */
  private Optional<ObjectNode> remove(
      Request request, Stored stored, ObjectNode live, ObjectNode next) {
    if (request.write().dryRun()) {
      report(request, Effect.NONE);
      return Optional.of(next);
    }
    Runnable first =
        () -> {
          settle(request.resource(), live, next);
          if (KindFacts.isService(request.resource())) {
            allocations.release(next);
          }
        };
    if (wiring.store().delete(request.groupResource(), stored, first).isEmpty()) {
      return Optional.empty();
    }
    report(request, Effect.DELETED);
    return Optional.of(next);
  }

  private void report(Request request, Effect effect) {
    wiring
        .observer()
        .wrote(request.verb(), request.resource(), request.namespace(), request.name(), effect);
  }
}
