package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The events of a run, with a reaction to one of them. Thread-safe. */
final class Events implements InstallListener {
  private final List<InstallEvent> all = new CopyOnWriteArrayList<>();
  private final List<Reaction> reactions = new CopyOnWriteArrayList<>();

  private record Reaction(Predicate<InstallEvent> event, Runnable action) {}

  @Override
  public void onEvent(InstallEvent event) {
    all.add(event);
    if (Boolean.getBoolean("e2e.verbose")) {
      System.out.println("   " + event);
    }
    List<Reaction> due =
        reactions.stream().filter(reaction -> reaction.event().test(event)).toList();
    reactions.removeAll(due);
    due.forEach(reaction -> reaction.action().run());
  }

  /** Runs something, on the run's thread, at the first event that matches. */
  Events when(Predicate<InstallEvent> event, Runnable action) {
    reactions.add(new Reaction(event, action));
    return this;
  }

  /**
   * Holds the run up at the start of a stage, which could be over before the test has got to what
   * it means to do there.
   *
   * @param reached is counted down as soon as the stage has begun
   * @param released lets the run go on; it does so anyway after {@code atMost}
   */
  Events holdUp(Stage stage, CountDownLatch reached, CountDownLatch released, Duration atMost) {
    return when(
        starts(stage),
        () -> {
          reached.countDown();
          try {
            if (!released.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
              System.out.println("   goes on with " + stage + " without having been released");
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Matches the start of a stage. */
  static Predicate<InstallEvent> starts(Stage stage) {
    return event -> event instanceof InstallEvent.StageStarted started && started.stage() == stage;
  }

  /** The events of a type. */
  <T extends InstallEvent> List<T> of(Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** All events in order. */
  List<InstallEvent> all() {
    return List.copyOf(all);
  }
}
