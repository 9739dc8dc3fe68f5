package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.FieldManagers;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Outcome;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** PUT of an object, or on any subresource that is the whole object. */
final class Replacement {
  private final Wiring wiring;
  private final FieldManagers managers;
  private final Update update;

  Replacement(Wiring wiring, FieldManagers managers, Update update) {
    this.wiring = wiring;
    this.managers = managers;
    this.update = update;
  }

  Outcome replace(Request request, ObjectNode sent) {
    Resource resource = request.resource();
    ObjectNode object = sent.deepCopy();
    Versions.say(resource, object);
    wiring.rules().applyDefaults(resource, object);
    Metadata.ensureNamespace(resource, request.namespace(), object);
    Metadata.ensureName(request.name(), object);
    Metadata.dedupOwners(object, false, request.write().warnings());
    boolean creates = request.subresource().isEmpty() && KindFacts.of(resource).createsOnUpdate();
    return update.run(
        request,
        Update.Manner.ofClient(Lens.WHOLE, creates, Nodes.uid(object)),
        live -> managers.updated(resource, live, object, request.writer(wiring.clock())));
  }
}
