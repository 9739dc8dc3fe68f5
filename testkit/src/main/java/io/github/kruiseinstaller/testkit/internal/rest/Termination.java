package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How Namespaces and CustomResourceDefinitions begin to go away. */
final class Termination {
  private static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

  private Termination() {}

  static void begin(Resource resource, ObjectNode object, String policy, Instant now) {
    Metadata.of(object).put("deletionTimestamp", Metadata.text(now));
    if (KindFacts.isNamespace(resource)) {
      Nodes.object(object, "status").put("phase", "Terminating");
      Propagation.apply(object, policy, false);
    } else {
      definition(object, now);
    }
  }

  private static void definition(ObjectNode definition, Instant now) {
    List<String> finalizers = new ArrayList<>(KindFacts.finalizers(definition));
    if (!finalizers.contains(CLEANUP)) {
      finalizers.add(CLEANUP);
      Metadata.setFinalizers(definition, finalizers);
    }
    ArrayNode conditions = Nodes.array(Nodes.object(definition, "status"), "conditions");
    for (int i = conditions.size() - 1; i >= 0; i--) {
      if (conditions.get(i).path("type").asText().equals("Terminating")) {
        conditions.remove(i);
      }
    }
    conditions
        .addObject()
        .put("type", "Terminating")
        .put("status", "True")
        .put("lastTransitionTime", Metadata.text(now))
        .put("reason", "InstanceDeletionPending")
        .put(
            "message",
            "CustomResourceDefinition marked for deletion; CustomResource deletion will begin"
                + " soon");
  }
}
