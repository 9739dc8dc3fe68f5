package io.github.kruiseinstaller.testkit.internal.controller;

import java.util.List;
import java.util.Map;

/**
 * A node that is there from the start.
 *
 * @param name its name, also its hostname
 * @param labels beside the usual ones
 * @param taints in the form {@code key=value:Effect}; the value may be missing
 * @param cpu such as {@code 8}
 * @param memory such as {@code 16Gi}
 * @param pods how many it takes
 */
public record NodeSetup(
    String name,
    Map<String, String> labels,
    List<String> taints,
    String cpu,
    String memory,
    int pods) {
  /** Copies the collections. */
  public NodeSetup {
    labels = Map.copyOf(labels);
    taints = List.copyOf(taints);
  }

  /** A node with 8 CPUs, 16 GiB and room for 110 pods. */
  public static NodeSetup named(String name) {
    return new NodeSetup(name, Map.of(), List.of(), "8", "16Gi", 110);
  }
}
