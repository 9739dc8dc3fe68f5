package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** Creates and deletes pods for their owner, and says so in Events. */
final class PodControl {
  private final Api api;
  private final Events events;
  private final Events.Source source;

  PodControl(Context context, Api api, String component) {
    this.api = api;
    this.events = context.events();
    this.source = new Events.Source(component, "");
  }

  /** Who wants pods. */
  record Owner(BuiltIn kind, ObjectNode object) {}

  /**
   * Creates a pod that the owner controls. In a namespace that is going away nothing happens.
   *
   * @throws StatusException when refused
   */
  void create(Owner owner, ObjectNode pod) {
    ObjectNode metadata = Nodes.object(pod, "metadata");
    Nodes.array(metadata, "ownerReferences")
        .add(Owners.reference(owner.kind().in(api.kinds()), owner.object()));
    Events.Subject subject = events.about(owner.kind(), owner.object());
    try {
      ObjectNode created = api.create(BuiltIn.PODS, pod);
      events.normal(source, subject, "SuccessfulCreate", "Created pod: " + Nodes.name(created));
    } catch (StatusException e) {
      if (isNamespaceTerminating(e)) {
        return;
      }
      events.warning(source, subject, "FailedCreate", "Error creating: " + e.getMessage());
      throw e;
    }
  }

  static boolean isNamespaceTerminating(StatusException e) {
    StatusException.Details details = e.details();
    return details != null
        && details.causes().stream().anyMatch(c -> c.reason().equals("NamespaceTerminating"));
  }

  /**
   * Deletes a pod, with its grace.
   *
   * @throws StatusException when refused
   */
  void delete(Owner owner, ObjectNode pod) {
    Events.Subject subject = events.about(owner.kind(), owner.object());
    try {
      if (api.delete(BuiltIn.PODS, pod)) {
        events.normal(source, subject, "SuccessfulDelete", "Deleted pod: " + Nodes.name(pod));
      }
    } catch (StatusException e) {
      events.warning(source, subject, "FailedDelete", "Error deleting: " + e.getMessage());
      throw e;
    }
  }
}
