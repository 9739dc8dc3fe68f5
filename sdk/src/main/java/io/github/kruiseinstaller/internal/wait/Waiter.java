package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Waits by watch until objects are in a state, inside the run's deadline. Re-lists when a watch
 * ends and looks again from time to time, should a watch be silent. Thread-safe.
 */
public interface Waiter {
  /**
   * Waits until {@code condition} holds for every named object.
   *
   * @param query the objects to watch; must cover all {@code refs}
   * @param refs the objects to wait for, at least one
   * @param condition asked whenever something changes and at least every two seconds
   * @param progress told whenever the state of an object has changed
   * @return the objects that exist, as they were when the condition held for all of them at once
   * @throws WaitTimeoutException when the deadline passes first
   * @throws java.util.concurrent.CancellationException when the run is cancelled
   */
  Map<ObjectRef, Manifest> await(
      Cluster.Query query, Collection<ObjectRef> refs, Condition condition, Progress progress);

  /**
   * The same for objects as they were answered to a write: what has happened to them since is
   * watched from there, and nothing need be listed first.
   *
   * @param known the objects to wait for, at least one, each with its resourceVersion
   */
  Map<ObjectRef, Manifest> awaitFrom(
      Cluster.Query query, Collection<Manifest> known, Condition condition, Progress progress);

  /** How long this waiter's waits have taken so far, added up. */
  Duration waited();

  /** Whether an object is where it should be. */
  @FunctionalInterface
  interface Condition {
    /** The state of the object; {@code live} is null when it does not exist. */
    State of(@Nullable Manifest live);
  }

  /** Told about changes of state. */
  @FunctionalInterface
  interface Progress {
    /** The state of {@code ref} is now this. */
    void waiting(ObjectRef ref, String state, Duration waited);
  }

  /**
   * A state.
   *
   * @param done whether the wait is over for this object
   * @param text the state for people, such as {@code 1 of 2 replicas ready}
   */
  record State(boolean done, String text) {
    /** Reached. */
    public static State reached(String text) {
      return new State(true, text);
    }

    /** Not yet. */
    public static State pending(String text) {
      return new State(false, text);
    }
  }
}
