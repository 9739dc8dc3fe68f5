package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import org.jspecify.annotations.Nullable;

/** Asks admission at the right moments, with all that it has to know. */
final class Gate {
  private final Admission admission;
  private final NamespaceLifecycle namespaces;

  Gate(Admission admission, NamespaceLifecycle namespaces) {
    this.admission = admission;
    this.namespaces = namespaces;
  }

  /**
   * The mutating half.
   *
   * @param live null for a create
   */
  ObjectNode mutate(Request request, Lens lens, @Nullable ObjectNode live, ObjectNode next) {
    namespaces.check(request, next, live == null);
    ObjectNode view =
        admission.mutate(asked(request, name(request, next), lens, live, lens.view(next)));
    return view == null ? next : lens.put(next, view);
  }

  /** The validating half. */
  void validate(Request request, Lens lens, @Nullable ObjectNode live, ObjectNode next) {
    ObjectNode view = lens.view(next.deepCopy());
    admission.validate(asked(request, name(request, next), lens, live, view));
  }

  /**
   * What has to hold still at the moment in which a new object is stored. To be asked while nobody
   * else writes.
   */
  void confirm(Request request, ObjectNode next) {
    namespaces.check(request, next, true);
    admission.confirm(asked(request, name(request, next), Lens.WHOLE, null, next));
  }

  /** Both halves for something that is posted to an object, such as an Eviction. */
  ObjectNode post(Request request, ObjectNode posted) {
    ObjectNode mutated = mutate(request, Lens.WHOLE, null, posted);
    validate(request, Lens.WHOLE, null, mutated);
    return mutated;
  }

  /** Both halves for a deletion. One of many has no name, only an old object that has. */
  void delete(Request request, ObjectNode live, ObjectNode options) {
    boolean collection = request.verb().equals("deletecollection");
    Admission.Request asked =
        new Admission.Request(
            Operation.DELETE,
            request.resource(),
            "",
            request.admissionNamespace(request.name()),
            collection ? "" : request.name(),
            null,
            live.deepCopy(),
            request.write().dryRun(),
            options,
            request.caller(),
            request.write().warnings());
    admission.mutate(asked);
    admission.validate(asked);
  }

  private static Admission.Request asked(
      Request request, String name, Lens lens, @Nullable ObjectNode live, ObjectNode view) {
    boolean creates = live == null;
    return new Admission.Request(
        creates ? Operation.CREATE : Operation.UPDATE,
        request.resource(),
        request.subresource(),
        request.admissionNamespace(name),
        name,
        view,
        live == null ? null : lens.view(live.deepCopy()),
        request.write().dryRun(),
        request.options(creates ? "CreateOptions" : "UpdateOptions"),
        request.caller(),
        request.write().warnings());
  }

  private static String name(Request request, ObjectNode object) {
    return request.name().isEmpty() ? Nodes.name(object) : request.name();
  }
}
