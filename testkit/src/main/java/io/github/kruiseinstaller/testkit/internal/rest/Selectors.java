package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** The selectors that the API server makes up: a Job's finds the pods of this very Job. */
final class Selectors {
  private static final String UID = "batch.kubernetes.io/controller-uid";

  private Selectors() {}

  /** Gives a new Job, which has its UID by now, its selector, unless it has its own. */
  static void generate(Resource resource, ObjectNode object) {
    if (!resource.groupResource().equals("jobs.batch")
        || Nodes.at(object, "spec", "manualSelector").asBoolean()) {
      return;
    }
    String uid = Nodes.uid(object);
    Nodes.object(object, "spec", "template", "metadata", "labels")
        .put(UID, uid)
        .put("controller-uid", uid)
        .put("batch.kubernetes.io/job-name", Nodes.name(object))
        .put("job-name", Nodes.name(object));
    // What is there already stays, and validation has its say about it.
    Nodes.object(object, "spec", "selector", "matchLabels").put(UID, uid);
  }
}
