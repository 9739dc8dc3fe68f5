package io.github.kruiseinstaller.testkit.internal.kruise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class ReconcileLoopTest {
  private final World world = new World();
  private final World.Box box = world.managerBox();
  private final List<Long> times = new ArrayList<>();
  private final Deque<Runnable> waiting = new ArrayDeque<>();

  private Optional<Duration> note() {
    times.add(world.timers.nanos() / 1_000_000);
    return Optional.empty();
  }

  @Test
  void failures_areTriedAgainWithLongerAndLongerPauses() {
    ReconcileLoop loop =
        new ReconcileLoop(
            box,
            Runnable::run,
            () -> {
              note();
              if (times.size() < 6) {
                throw new SyncException("no");
              }
              return Optional.empty();
            },
            failure -> {});
    loop.trigger();
    world.advance(10_000);
    assertThat(times).containsExactly(0L, 5L, 15L, 35L, 75L, 155L);
  }

  @Test
  void pauses_endAtAThousandSeconds() {
    ReconcileLoop loop =
        new ReconcileLoop(
            box,
            Runnable::run,
            () -> {
              note();
              throw new SyncException("no");
            },
            failure -> {});
    loop.trigger();
    world.timers.advance(Duration.ofHours(3));
    assertThat(times.get(times.size() - 1) - times.get(times.size() - 2)).isEqualTo(1_000_000);
  }

  @Test
  void triggers_whileItWaitsToBeDone_areDoneOnce() {
    ReconcileLoop loop = new ReconcileLoop(box, waiting::add, this::note, failure -> {});
    loop.trigger();
    loop.trigger();
    loop.trigger();
    assertThat(waiting).hasSize(1);
    waiting.remove().run();
    assertThat(times).hasSize(1);
  }

  @Test
  void aTrigger_whileItIsDone_doesItOnceMore() {
    List<ReconcileLoop> self = new ArrayList<>();
    ReconcileLoop loop =
        new ReconcileLoop(
            box,
            Runnable::run,
            () -> {
              if (note().isEmpty() && times.size() == 1) {
                self.get(0).trigger();
                self.get(0).trigger();
              }
              return Optional.empty();
            },
            failure -> {});
    self.add(loop);
    loop.trigger();
    assertThat(times).hasSize(2);
  }

  @Test
  void whatIsToBeDoneAgain_isTimedOnce() {
    ReconcileLoop loop =
        new ReconcileLoop(
            box,
            Runnable::run,
            () -> {
              note();
              return Optional.of(Duration.ofSeconds(10));
            },
            failure -> {});
    loop.trigger();
    loop.trigger();
    world.advance(10_000);
    assertThat(times).containsExactly(0L, 0L, 10_000L);
  }

  @Test
  void afterStop_nothingIsDone() {
    List<RuntimeException> failures = new ArrayList<>();
    ReconcileLoop loop = new ReconcileLoop(box, waiting::add, this::note, failures::add);
    loop.trigger();
    loop.stop();
    waiting.remove().run();
    loop.trigger();
    assertThat(times).isEmpty();
    assertThat(waiting).isEmpty();
    assertThat(failures).isEmpty();
  }

  @Test
  void aFailure_whileItIsStopped_isNotReported() {
    List<RuntimeException> failures = new ArrayList<>();
    List<ReconcileLoop> self = new ArrayList<>();
    ReconcileLoop loop =
        new ReconcileLoop(
            box,
            Runnable::run,
            () -> {
              self.get(0).stop();
              throw new SyncException("no");
            },
            failures::add);
    self.add(loop);
    loop.trigger();
    world.advance(1_000);
    assertThat(failures).isEmpty();
  }

  @Test
  void aClosedExecutor_endsIt() {
    ReconcileLoop loop =
        new ReconcileLoop(
            box,
            task -> {
              throw new RejectedExecutionException();
            },
            this::note,
            failure -> {});
    loop.trigger();
    loop.trigger();
    assertThat(times).isEmpty();
  }
}
