package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the conditions in an object's status. */
public final class Conditions {
  private Conditions() {}

  /** Whether the condition of this type is {@code True}. */
  public static boolean isTrue(Manifest object, String type) {
    return has(object, type, "True");
  }

  /** Whether the condition of this type is there with this status. */
  public static boolean has(Manifest object, String type, String status) {
    return find(object, type).filter(c -> status.equals(c.get("status"))).isPresent();
  }

  /** The condition of this type. */
  public static Optional<Map<String, @Nullable Object>> find(Manifest object, String type) {
    return object.maps("status", "conditions").stream()
        .filter(c -> type.equals(c.get("type")))
        .findFirst();
  }

  /** Reason and message of a condition, as {@code Reason: message}; empty without the condition. */
  public static String explain(Manifest object, String type) {
    return find(object, type)
        .map(
            c -> {
              String reason = Trees.text(c, "reason");
              String message = Trees.text(c, "message");
              if (message == null || message.isEmpty()) {
                return reason == null ? type : reason;
              }
              return reason == null ? message : reason + ": " + message;
            })
        .orElse("");
  }
}
