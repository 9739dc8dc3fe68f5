package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;

/** The containers of a pod's spec. */
final class Containers {
  private Containers() {}

  /** Init containers, containers, ephemeral ones: in that order. */
  static List<JsonNode> all(JsonNode spec) {
    List<JsonNode> all = new ArrayList<>(Nodes.list(spec, "initContainers"));
    all.addAll(Nodes.list(spec, "containers"));
    all.addAll(Nodes.list(spec, "ephemeralContainers"));
    return all;
  }

  /** Those of one list, to be changed. */
  static List<ObjectNode> in(JsonNode spec, String list) {
    List<ObjectNode> containers = new ArrayList<>();
    for (JsonNode container : Nodes.list(spec, list)) {
      if (container instanceof ObjectNode object) {
        containers.add(object);
      }
    }
    return containers;
  }
}
