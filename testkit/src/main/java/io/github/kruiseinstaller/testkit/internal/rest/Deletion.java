package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Observer.Effect;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Delete;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Removal;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** DELETE of an object: at once, after grace, or when the last finalizer is gone. */
final class Deletion {
  private final Wiring wiring;
  private final Gate gate;
  private final Versions versions;
  private final ServiceAllocations allocations;

  Deletion(Wiring wiring, Gate gate, Versions versions, ServiceAllocations allocations) {
    this.wiring = wiring;
    this.gate = gate;
    this.versions = versions;
    this.allocations = allocations;
  }

  /**
   * Deletes an object.
   *
   * @param asksAdmission false when admission has agreed to something that includes the deletion
   */
  Removal delete(Request request, Delete delete, boolean asksAdmission) {
    Propagation.check(delete.policy());
    Resource resource = request.resource();
    if (KindFacts.isNamespace(resource) || KindFacts.isDefinition(resource)) {
      Optional<Removal> begun = beginSpecial(request, delete, asksAdmission);
      if (begun.isPresent()) {
        return begun.get();
      }
    }
    Delete wanted = delete;
    while (true) {
      Stored stored = find(request);
      ObjectNode live = versions.read(resource, stored.tree());
      checkPreconditions(request, wanted, live);
      ObjectNode next = live.deepCopy();
      Mark mark = mark(resource, next, wanted);
      if (mark.grace().sort() == Grace.Sort.PENDING) {
        report(request, Effect.NONE);
        return new Removal(live, false, true);
      }
      ask(request, wanted, live, asksAdmission);
      if (mark.removesAtOnce()) {
        Optional<Removal> removed = remove(request, wanted, stored, live);
        if (removed.isPresent()) {
          return removed.get();
        }
        continue;
      }
      if (wanted.dryRun()) {
        report(request, Effect.NONE);
        return new Removal(next, !mark.stays(), true);
      }
      Optional<Stored> written = write(request, stored, live, next);
      if (written.isEmpty()) {
        continue;
      }
      if (mark.stays()) {
        report(request, next.equals(live) ? Effect.NONE : Effect.CHANGED);
        return new Removal(versions.read(resource, written.get().tree()), false, true);
      }
      // Marked, so that watchers see it, and now removed: a second round with the new version.
      wanted = withVersionOf(wanted, written.get());
    }
  }

  /** What a deletion does to an object first. */
  private record Mark(Grace grace, boolean held) {
    boolean removesAtOnce() {
      return grace.sort() == Grace.Sort.NONE && !held;
    }

    boolean stays() {
      return held || grace.seconds() > 0;
    }
  }

  private Mark mark(Resource resource, ObjectNode next, Delete delete) {
    Instant now = wiring.clock().instant();
    Grace grace = Grace.mark(next, KindFacts.isPod(resource), delete.graceSeconds(), now);
    KindFacts facts = KindFacts.of(resource);
    if (grace.sort() != Grace.Sort.PENDING && facts.collectable()) {
      Propagation.apply(next, delete.policy(), facts.orphans());
    }
    boolean held = !KindFacts.finalizers(next).isEmpty();
    if (held && grace.sort() == Grace.Sort.NONE) {
      Grace.markHeld(next, now);
    }
    return new Mark(grace, held);
  }

  private Optional<Stored> write(Request request, Stored stored, ObjectNode live, ObjectNode next) {
    return next.equals(live)
        ? Optional.of(stored)
        : wiring
            .store()
            .replace(request.groupResource(), stored, versions.toStorage(request.resource(), next));
  }

  private static Delete withVersionOf(Delete delete, Stored written) {
    return new Delete(
        delete.policy(),
        delete.graceSeconds(),
        delete.uid(),
        delete.resourceVersion().isEmpty() ? "" : Long.toString(written.revision()),
        delete.dryRun());
  }

  private Optional<Removal> remove(Request request, Delete delete, Stored stored, ObjectNode live) {
    Resource resource = request.resource();
    boolean answered = KindFacts.of(resource).answersDeleted();
    if (delete.dryRun()) {
      report(request, Effect.NONE);
      return Optional.of(new Removal(live, true, answered));
    }
    Optional<Stored> removed =
        wiring.store().delete(request.groupResource(), stored, () -> takeAlong(request, live));
    removed.ifPresent(last -> report(request, Effect.DELETED));
    return removed.map(last -> new Removal(versions.read(resource, last.tree()), true, answered));
  }

  /**
   * A Service takes its address, its ports and its Endpoints with it. Whoever hears that it is gone
   * may make it again at once.
   */
  private void takeAlong(Request request, ObjectNode service) {
    if (KindFacts.isService(request.resource())) {
      allocations.release(service);
      wiring
          .store()
          .find("endpoints", request.namespace(), request.name())
          .ifPresent(endpoints -> wiring.store().delete("endpoints", endpoints));
    }
  }

  /** Namespaces and definitions are first marked, and emptied by a controller. */
  private Optional<Removal> beginSpecial(Request request, Delete delete, boolean asksAdmission) {
    while (true) {
      Stored stored = find(request);
      ObjectNode live = versions.read(request.resource(), stored.tree());
      checkSpecialPreconditions(request, delete, live);
      if (Metadata.isDeleting(live)) {
        boolean waits =
            KindFacts.isNamespace(request.resource())
                && !Nodes.list(live, "spec", "finalizers").isEmpty();
        if (waits) {
          report(request, Effect.NONE);
        }
        return waits ? Optional.of(new Removal(live, false, true)) : Optional.empty();
      }
      ask(request, delete, live, asksAdmission);
      ObjectNode next = live.deepCopy();
      Termination.begin(request.resource(), next, delete.policy(), wiring.clock().instant());
      if (delete.dryRun()) {
        report(request, Effect.NONE);
        return Optional.of(new Removal(next, false, true));
      }
      Optional<Stored> written = wiring.store().replace(request.groupResource(), stored, next);
      if (written.isPresent()) {
        report(request, Effect.CHANGED);
        return Optional.of(
            new Removal(versions.read(request.resource(), written.get().tree()), false, true));
      }
    }
  }

  private void ask(Request request, Delete delete, ObjectNode live, boolean asksAdmission) {
    if (asksAdmission) {
      gate.delete(request, live, options(delete));
    }
  }

  private static ObjectNode options(Delete delete) {
    ObjectNode options =
        Json.object().put("kind", "DeleteOptions").put("apiVersion", "meta.k8s.io/v1");
    if (delete.graceSeconds() != null) {
      options.put("gracePeriodSeconds", delete.graceSeconds());
    }
    if (!delete.policy().isEmpty()) {
      options.put("propagationPolicy", delete.policy());
    }
    if (!delete.uid().isEmpty()) {
      Nodes.object(options, "preconditions").put("uid", delete.uid());
    }
    if (!delete.resourceVersion().isEmpty()) {
      Nodes.object(options, "preconditions").put("resourceVersion", delete.resourceVersion());
    }
    if (delete.dryRun()) {
      options.putArray("dryRun").add("All");
    }
    return options;
  }

  private Stored find(Request request) {
    return wiring
        .store()
        .find(request.groupResource(), request.namespace(), request.name())
        .orElseThrow(request::notFound);
  }

  private static void checkPreconditions(Request request, Delete delete, ObjectNode live) {
    StatusException refusal = preconditionRefusal(request, delete, live);
    if (refusal != null) {
      throw refusal;
    }
  }

  /** Why an object is not the one that is to be deleted; null when it is. */
  static @Nullable StatusException preconditionRefusal(
      Request request, Delete delete, ObjectNode live) {
    String uid = Nodes.uid(live);
    if (!delete.uid().isEmpty() && !delete.uid().equals(uid)) {
      return preconditionFailed(
          request,
          "the UID in the precondition ("
              + delete.uid()
              + ") does not match the UID in record ("
              + uid
              + "). The object might have been deleted and then recreated");
    }
    String version = Nodes.resourceVersion(live);
    if (!delete.resourceVersion().isEmpty() && !delete.resourceVersion().equals(version)) {
      return preconditionFailed(
          request,
          "the ResourceVersion in the precondition ("
              + delete.resourceVersion()
              + ") does not match the ResourceVersion in record ("
              + version
              + "). The object might have been modified");
    }
    return null;
  }

  /** Here the API server names the kind where it elsewhere names the resource. */
  private static StatusException preconditionFailed(Request request, String why) {
    return Statuses.conflict(
        request.resource().group(), request.resource().kind(), request.name(), why);
  }

  private static void checkSpecialPreconditions(Request request, Delete delete, ObjectNode live) {
    String uid = Nodes.uid(live);
    if (!delete.uid().isEmpty() && !delete.uid().equals(uid)) {
      throw request.conflict(
          "Precondition failed: UID in precondition: "
              + delete.uid()
              + ", UID in object meta: "
              + uid);
    }
    String version = Nodes.resourceVersion(live);
    if (!delete.resourceVersion().isEmpty() && !delete.resourceVersion().equals(version)) {
      throw request.conflict(
          "Precondition failed: ResourceVersion in precondition: "
              + delete.resourceVersion()
              + ", ResourceVersion in object meta: "
              + version);
    }
  }

  private void report(Request request, Effect effect) {
    wiring
        .observer()
        .wrote(request.verb(), request.resource(), request.namespace(), request.name(), effect);
  }
}
