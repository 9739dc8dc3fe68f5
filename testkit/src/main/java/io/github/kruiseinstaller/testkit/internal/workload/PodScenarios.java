package io.github.kruiseinstaller.testkit.internal.workload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What goes wrong with pods, whatever their images. Thread-safe. */
public interface PodScenarios {
  /** Nothing goes wrong. */
  PodScenarios NONE =
      new PodScenarios() {
        @Override
        public Optional<String> unschedulable(ObjectNode pod) {
          return Optional.empty();
        }

        @Override
        public boolean dropsConnections(ObjectNode pod) {
          return false;
        }
      };

  /** Why no node takes the pod, such as {@code 1 Insufficient cpu}; empty when nothing is wrong. */
  Optional<String> unschedulable(ObjectNode pod);

  /**
   * Whether the pod's programs end as soon as it is to go, before its Services know; others end
   * when nothing is sent to them any more.
   */
  boolean dropsConnections(ObjectNode pod);
}
