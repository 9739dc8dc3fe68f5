package io.github.kruiseinstaller.testkit.internal.controller;

import io.github.kruiseinstaller.testkit.internal.time.Timers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * For how long objects have been as they are, in simulated time; what stands in the objects is the
 * wall's time, and by the second. Thread-safe.
 */
final class Ages {
  private final Timers timers;
  private final Map<String, Since> since = new ConcurrentHashMap<>();

  Ages(Timers timers) {
    this.timers = timers;
  }

  private record Since(String state, long nanos) {}

  /** How long ago this state of the object was first asked for, with no other in between. */
  Duration of(String uid, String state) {
    long now = timers.nanos();
    Since first =
        since.compute(
            uid,
            (key, before) ->
                before != null && before.state().equals(state) ? before : new Since(state, now));
    return Duration.ofNanos(now - first.nanos());
  }

  /** The object is gone. */
  void forget(String uid) {
    since.remove(uid);
  }
}
