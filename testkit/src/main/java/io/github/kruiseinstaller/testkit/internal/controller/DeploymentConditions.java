package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** Conditions of Deployments: one that changes goes to the end of the list. */
final class DeploymentConditions {
  static final String PROGRESSING = "Progressing";
  static final String AVAILABLE = "Available";
  static final String REPLICA_FAILURE = "ReplicaFailure";

  private DeploymentConditions() {}

  /** Sets a condition, unless its status and reason are what they were. */
  static void set(ObjectNode status, ObjectNode condition, String now) {
    String type = Nodes.textOrEmpty(condition, "type");
    ObjectNode old = Conditions.find(status, type).orElse(null);
    String transition = now;
    if (old != null) {
      boolean sameStatus =
          Nodes.textOrEmpty(old, "status").equals(Nodes.textOrEmpty(condition, "status"));
      if (sameStatus
          && Nodes.textOrEmpty(old, "reason").equals(Nodes.textOrEmpty(condition, "reason"))) {
        return;
      }
      transition = sameStatus ? Nodes.textOrEmpty(old, "lastTransitionTime") : now;
    }
    append(status, condition, transition, now);
  }

  /** Sets a condition even if nothing but its time changes. */
  static void refresh(ObjectNode status, ObjectNode condition, String now) {
    String type = Nodes.textOrEmpty(condition, "type");
    String transition =
        Conditions.find(status, type)
            .filter(
                old ->
                    Nodes.textOrEmpty(old, "status").equals(Nodes.textOrEmpty(condition, "status")))
            .map(old -> Nodes.textOrEmpty(old, "lastTransitionTime"))
            .orElse(now);
    append(status, condition, transition, now);
  }

  private static void append(
      ObjectNode status, ObjectNode condition, String transition, String now) {
    Conditions.remove(status, Nodes.textOrEmpty(condition, "type"));
    condition.put("lastTransitionTime", transition).put("lastUpdateTime", now);
    ArrayNode all = Nodes.array(status, "conditions");
    all.add(condition);
  }
}
