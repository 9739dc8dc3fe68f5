package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import org.jspecify.annotations.Nullable;

/** POST on pods/binding: a scheduler has found a node. */
final class Binding {
  private final Wiring wiring;
  private final Gate gate;
  private final Update update;

  Binding(Wiring wiring, Gate gate, Update update) {
    this.wiring = wiring;
    this.gate = gate;
    this.update = update;
  }

  void bind(Request request, ObjectNode sent) {
    ObjectNode binding = sent.deepCopy();
    Metadata.ensureNamespace(request.resource(), request.namespace(), binding);
    if (!Nodes.name(binding).equals(request.name())) {
      throw Statuses.badRequest("name in URL does not match name in Binding object");
    }
    ObjectNode admitted = gate.post(request, binding);
    update.run(request, Update.Manner.ofServer(), live -> bound(request, live, admitted));
  }

  private ObjectNode bound(Request request, @Nullable ObjectNode live, ObjectNode binding) {
    if (live == null) {
      throw request.notFound();
    }
    String pod = request.name();
    String uid = Nodes.uid(binding);
    if (!uid.isEmpty() && !uid.equals(Nodes.uid(live))) {
      throw request.uidMismatch(uid, Nodes.uid(live));
    }
    if (Metadata.isDeleting(live)) {
      throw refused(pod, "pod " + pod + " is being deleted, cannot be assigned to a host");
    }
    String node = Nodes.textOrEmpty(live, "spec", "nodeName");
    if (!node.isEmpty()) {
      throw refused(pod, "pod " + pod + " is already assigned to node \"" + node + "\"");
    }
    if (!Nodes.list(live, "spec", "schedulingGates").isEmpty()) {
      throw refused(pod, "pod " + pod + " has non-empty .spec.schedulingGates");
    }
    Nodes.object(live, "spec").put("nodeName", Nodes.textOrEmpty(binding, "target", "name"));
    for (String field : new String[] {"annotations", "labels"}) {
      Nodes.texts(binding, "metadata", field)
          .forEach((key, value) -> Nodes.object(live, "metadata", field).put(key, value));
    }
    PodConditions.setTrue(live, "PodScheduled", "", "", wiring.clock().instant());
    return live;
  }

  private static StatusException refused(String pod, String why) {
    return Statuses.conflict("", "pods/binding", pod, why);
  }
}
