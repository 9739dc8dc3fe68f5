package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Optional;

/** The conditions in a status. */
final class Conditions {
  private Conditions() {}

  /** A condition that changed state just now. Empty reason and message are left out. */
  static ObjectNode of(String type, String status, String reason, String message) {
    ObjectNode condition = Json.object();
    condition.put("type", type).put("status", status);
    if (!reason.isEmpty()) {
      condition.put("reason", reason);
    }
    if (!message.isEmpty()) {
      condition.put("message", message);
    }
    return condition;
  }

  static Optional<ObjectNode> find(JsonNode status, String type) {
    for (JsonNode condition : Nodes.list(status, "conditions")) {
      if (condition instanceof ObjectNode found && type.equals(Nodes.textOrEmpty(found, "type"))) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  static boolean isTrue(JsonNode status, String type) {
    return find(status, type).map(c -> Nodes.textOrEmpty(c, "status").equals("True")).orElse(false);
  }

  static String reason(JsonNode status, String type) {
    return find(status, type).map(c -> Nodes.textOrEmpty(c, "reason")).orElse("");
  }

  /**
   * Puts a condition in the place of the one of its type, or last. Its lastTransitionTime is the
   * old one's while the status is the same, else now. Status, reason and message the same: nothing
   * happens.
   *
   * @return whether something happened
   */
  static boolean set(ObjectNode status, ObjectNode condition, String now) {
    ArrayNode all = Nodes.array(status, "conditions");
    String type = Nodes.textOrEmpty(condition, "type");
    for (int i = 0; i < all.size(); i++) {
      JsonNode old = all.get(i);
      if (type.equals(Nodes.textOrEmpty(old, "type"))) {
        if (same(old, condition, "status")
            && same(old, condition, "reason")
            && same(old, condition, "message")
            && same(old, condition, "observedGeneration")) {
          return false;
        }
        condition.put(
            "lastTransitionTime",
            same(old, condition, "status")
                ? Nodes.text(old, "lastTransitionTime").orElse(now)
                : now);
        all.set(i, condition);
        return true;
      }
    }
    condition.put("lastTransitionTime", now);
    all.add(condition);
    return true;
  }

  static boolean remove(ObjectNode status, String type) {
    ArrayNode all = Nodes.array(status, "conditions");
    for (int i = 0; i < all.size(); i++) {
      if (type.equals(Nodes.textOrEmpty(all.get(i), "type"))) {
        all.remove(i);
        if (all.isEmpty()) {
          status.remove("conditions");
        }
        return true;
      }
    }
    if (all.isEmpty()) {
      status.remove("conditions");
    }
    return false;
  }

  private static boolean same(JsonNode a, JsonNode b, String field) {
    return Nodes.at(a, field).asText().equals(Nodes.at(b, field).asText());
  }
}
