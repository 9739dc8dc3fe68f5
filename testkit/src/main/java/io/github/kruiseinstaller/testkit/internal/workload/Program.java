package io.github.kruiseinstaller.testkit.internal.workload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** What a container runs; chosen by image, see {@link Images}. */
@FunctionalInterface
public interface Program {
  /**
   * Starts in a container. Returns at once; long work is done on {@link Container#later}.
   *
   * @return what runs
   */
  Running start(Container container);

  /** A started program. */
  interface Running {
    /** What the readiness probe finds. */
    boolean ready();

    /** Ends, as on SIGTERM; its sockets are closed when this returns. */
    void stop();
  }

  /** The container, as its program sees it. */
  interface Container {
    /** The pod as it was when the container started, with its address in the status. */
    ObjectNode pod();

    /** The container's entry in the pod's spec. */
    ObjectNode spec();

    /** The pod's address. */
    String address();

    /** Writes a line to the container's log. */
    void log(String line);

    /** The program ends by itself; the kubelet restarts the container with its usual back-off. */
    void exit(int code);

    /** The program has used more memory than it may, and the node ends it. */
    default void runOutOfMemory() {
      exit(137);
    }

    /** Does something later, in simulated time, unless the container has ended by then. */
    void later(Duration delay, Runnable task);

    /** The program's readiness may have changed: look again now, not at the next probe. */
    void probeNow();
  }
}
