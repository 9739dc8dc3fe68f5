package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.FieldManagers;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Details;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Optional;

/** POST of an object. */
final class Creation {
  /** So often another name is made up when the first is taken. */
  private static final int ATTEMPTS = 8;

  private final Wiring wiring;
  private final FieldManagers managers;
  private final Gate gate;
  private final Insertion insertion;

  Creation(Wiring wiring, FieldManagers managers, Gate gate, Insertion insertion) {
    this.wiring = wiring;
    this.managers = managers;
    this.gate = gate;
    this.insertion = insertion;
  }

  ObjectNode create(Request unnamed, ObjectNode sent) {
    Resource resource = unnamed.resource();
    ObjectNode next = sent.deepCopy();
    Versions.say(resource, next);
    wiring.rules().applyDefaults(resource, next);
    Request request = unnamed.named(Nodes.name(next));
    Metadata.wipe(next);
    Metadata.ensureNamespace(resource, request.namespace(), next);
    Metadata.dedupOwners(next, false, request.write().warnings());
    next = managers.updated(resource, null, next, request.writer(wiring.clock()));
    next = gate.mutate(request, Lens.WHOLE, null, next);
    wiring.rules().applyDefaults(resource, next);
    Metadata.dedupOwners(next, true, request.write().warnings());
    return insert(request, next);
  }

  private ObjectNode insert(Request request, ObjectNode prepared) {
    boolean generated = Nodes.name(prepared).isEmpty();
    int attempts = generated ? ATTEMPTS : 1;
    String name = "";
    for (int i = 0; i < attempts; i++) {
      ObjectNode next = prepared.deepCopy();
      Optional<ObjectNode> stored = insertion.insert(request, next, true);
      if (stored.isPresent()) {
        return stored.get();
      }
      name = Nodes.name(next);
    }
    boolean hasPrefix = !Nodes.textOrEmpty(prepared, "metadata", "generateName").isEmpty();
    throw taken(request, name, hasPrefix);
  }

  private StatusException taken(Request request, String name, boolean hasPrefix) {
    Resource resource = request.resource();
    StatusException exists =
        hasPrefix
            ? noUniqueName(resource, name)
            : Statuses.alreadyExists(resource.group(), resource.plural(), name);
    boolean deleting =
        wiring
            .store()
            .find(resource.groupResource(), request.namespace(), name)
            .map(Stored::tree)
            .filter(Metadata::isDeleting)
            .isPresent();
    return deleting
        ? new StatusException(
            exists.code(),
            exists.reason(),
            "object is being deleted: " + exists.getMessage(),
            exists.details())
        : exists;
  }

  private static StatusException noUniqueName(Resource resource, String name) {
    return new StatusException(
        409,
        "AlreadyExists",
        resource.groupResource()
            + " \""
            + name
            + "\" already exists, the server was not able to generate a unique name for the object",
        new Details(name, resource.group(), resource.plural(), "", List.of(), 1));
  }
}
