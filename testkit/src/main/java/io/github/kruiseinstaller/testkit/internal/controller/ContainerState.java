package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;

/** The three shapes of a container's state in a pod's status. */
final class ContainerState {
  private ContainerState() {}

  static ObjectNode waiting(String reason, String message) {
    ObjectNode state = Json.object();
    ObjectNode waiting = state.putObject("waiting").put("reason", reason);
    if (!message.isEmpty()) {
      waiting.put("message", message);
    }
    return state;
  }

  static ObjectNode running(String startedAt) {
    ObjectNode state = Json.object();
    state.putObject("running").put("startedAt", startedAt);
    return state;
  }

  /** Ended by itself or stopped. */
  static ObjectNode terminated(
      int exitCode, String reason, String startedAt, String finishedAt, String containerId) {
    ObjectNode state = Json.object();
    ObjectNode terminated = state.putObject("terminated");
    terminated.put("exitCode", exitCode);
    terminated.put("reason", reason);
    terminated.put("startedAt", startedAt).put("finishedAt", finishedAt);
    terminated.put("containerID", containerId);
    return state;
  }

  /** What runs; nothing has yet while there is no id. */
  static void putImage(ObjectNode status, String image, String containerId) {
    status.put("image", image);
    status.put("imageID", containerId.isEmpty() ? "" : image + "@sha256:" + digest(image));
    if (!containerId.isEmpty()) {
      status.put("containerID", containerId);
    }
  }

  /** Some digest: the same one for the same name. */
  private static String digest(String image) {
    String hex = Integer.toHexString(image.hashCode());
    return hex.repeat(64 / hex.length() + 1).substring(0, 64);
  }
}
