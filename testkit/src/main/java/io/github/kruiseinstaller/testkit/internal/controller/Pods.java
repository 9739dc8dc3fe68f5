package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Set;

/** What controllers ask of pods. */
final class Pods {
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private Pods() {}

  static String phase(JsonNode pod) {
    return Nodes.textOrEmpty(pod, "status", "phase");
  }

  static boolean ended(JsonNode pod) {
    return ENDED.contains(phase(pod));
  }

  /** Neither ended nor about to be deleted. */
  static boolean isActive(JsonNode pod) {
    return !ended(pod) && !Owners.isDeleting(pod);
  }

  static boolean isReady(JsonNode pod) {
    return Conditions.isTrue(pod.path("status"), "Ready");
  }

  static String node(JsonNode pod) {
    return Nodes.textOrEmpty(pod, "spec", "nodeName");
  }

  /** When it became ready; empty while it is not. */
  static String readySince(JsonNode pod) {
    return isReady(pod)
        ? Conditions.find(pod.path("status"), "Ready")
            .map(ready -> Nodes.textOrEmpty(ready, "lastTransitionTime"))
            .orElse("")
        : "";
  }
}
