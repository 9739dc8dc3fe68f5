package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.internal.cluster.WatchStream;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one wait knows of its objects. Used by one thread. */
final class Watched {
  private final Waiter.Condition condition;
  private final Waiter.Progress progress;
  private final RunControl control;
  private final long startNanos;
  private final Map<ObjectRef, Seen> objects = new LinkedHashMap<>();
  private String trouble = "";

  Watched(
      Collection<ObjectRef> refs,
      Waiter.Condition condition,
      Waiter.Progress progress,
      RunControl control) {
    this.condition = condition;
    this.progress = progress;
    this.control = control;
    this.startNanos = control.time().nanos();
    refs.forEach(ref -> objects.put(ref, new Seen()));
  }

  /** Takes a listing in and asks the condition about every object. */
  void take(List<Manifest> listed) {
    trouble = "";
    Map<ObjectRef, Manifest> live = byRef(listed);
    objects.forEach(
        (ref, seen) -> {
          seen.live = live.get(ref);
          evaluate(ref, seen);
        });
  }

  /** Takes an event in and asks the condition about its object. */
  void take(WatchStream.Event event) {
    ObjectRef ref = event.object().ref();
    Seen seen = objects.get(ref);
    if (seen != null) {
      seen.live = event.type() == WatchStream.Type.DELETED ? null : event.object();
      evaluate(ref, seen);
    }
  }

  /** Whether a listing holds just what is known already. */
  boolean isCurrent(List<Manifest> listed) {
    Map<ObjectRef, Manifest> live = byRef(listed);
    return objects.entrySet().stream()
        .allMatch(
            entry -> {
              Manifest now = live.get(entry.getKey());
              Manifest known = entry.getValue().live;
              if (now == null || known == null) {
                return now == null && known == null;
              }
              return Objects.equals(now.resourceVersion(), known.resourceVersion())
                  && Objects.equals(now.uid(), known.uid());
            });
  }

  /** The API server does not answer as it should; shown until it does again. */
  void trouble(String text) {
    trouble = "the API server cannot be asked: " + text;
    objects.forEach((ref, seen) -> tell(ref, seen));
  }

  /** Whether the condition holds for every object now. */
  boolean isDone() {
    return objects.values().stream().allMatch(seen -> seen.done);
  }

  /** The objects that exist. */
  Map<ObjectRef, Manifest> found() {
    Map<ObjectRef, Manifest> found = new LinkedHashMap<>();
    objects.forEach(
        (ref, seen) -> {
          if (seen.live != null) {
            found.put(ref, seen.live);
          }
        });
    return found;
  }

  /** The end of a wait without success. */
  WaitTimeoutException timeout() {
    Map.Entry<ObjectRef, Seen> unfinished =
        objects.entrySet().stream()
            .filter(entry -> !entry.getValue().done)
            .findFirst()
            .orElseGet(() -> objects.entrySet().iterator().next());
    return new WaitTimeoutException(unfinished.getKey(), text(unfinished.getValue()), waited());
  }

  private Duration waited() {
    return Duration.ofNanos(control.time().nanos() - startNanos);
  }

  private void evaluate(ObjectRef ref, Seen seen) {
    Waiter.State state = condition.of(seen.live);
    seen.done = state.done();
    seen.state = state.text();
    tell(ref, seen);
  }

  private void tell(ObjectRef ref, Seen seen) {
    String text = text(seen);
    if (!text.equals(seen.told)) {
      seen.told = text;
      progress.waiting(ref, text, waited());
    }
  }

  private String text(Seen seen) {
    return trouble.isEmpty() ? seen.state : seen.state + "; " + trouble;
  }

  private static Map<ObjectRef, Manifest> byRef(List<Manifest> listed) {
    Map<ObjectRef, Manifest> byRef = new LinkedHashMap<>();
    listed.forEach(manifest -> byRef.put(manifest.ref(), manifest));
    return byRef;
  }

  private static final class Seen {
    @Nullable Manifest live;
    boolean done;
    String state = "not looked at yet";
    String told = "";
  }
}
