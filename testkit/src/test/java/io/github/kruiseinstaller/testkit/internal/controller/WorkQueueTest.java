package io.github.kruiseinstaller.testkit.internal.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.internal.time.ManualTimers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
  private final ManualTimers timers = new ManualTimers(Instant.EPOCH);
  private final Deque<Runnable> work = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private Consumer<String> action = key -> {};

  private final WorkQueue<String> queue =
      new WorkQueue<>(
          "test",
          work::addLast,
          timers,
          1,
          key -> {
            done.add(key + "@" + timers.nanos() / 1_000_000);
            action.accept(key);
          });

  private void run() {
    while (!work.isEmpty()) {
      work.removeFirst().run();
    }
  }

  private void pass(long millis) {
    run();
    for (long i = 0; i < millis; i++) {
      timers.advance(Duration.ofMillis(1));
      run();
    }
  }

  @Test
  void key_addedTwiceBeforeItsTurn_isLookedAtOnce() {
    queue.add("a");
    queue.add("b");
    queue.add("a");
    run();
    assertThat(done).containsExactly("a@0", "b@0");
  }

  @Test
  void key_addedDuringItsTurn_isLookedAtAgain() {
    action =
        key -> {
          if (done.size() == 1) {
            queue.add(key);
          }
        };
    queue.add("a");
    run();
    assertThat(done).containsExactly("a@0", "a@0");
  }

  @Test
  void failure_waitsTwiceAsLongEachTime_andAnAddedKeyDoesNotWait() {
    action =
        key -> {
          throw new IllegalStateException("on purpose");
        };
    queue.add("a");
    pass(40);
    assertThat(done).containsExactly("a@0", "a@5", "a@15", "a@35");
    assertThat(queue.failures("a")).isEqualTo(4);
    action = key -> {};
    queue.add("a");
    run();
    assertThat(done).endsWith("a@40");
    assertThat(queue.failures("a")).isZero();
  }

  @Test
  void waitingKey_takesTheEarlierTime() {
    queue.addAfter("a", Duration.ofMillis(10));
    queue.addAfter("a", Duration.ofMillis(20));
    queue.addAfter("a", Duration.ofMillis(5));
    pass(30);
    assertThat(done).containsExactly("a@5");
  }

  @Test
  void close_dropsEverything() {
    queue.add("a");
    queue.addAfter("b", Duration.ofMillis(1));
    queue.close();
    queue.add("c");
    queue.addAfter("d", Duration.ofMillis(1));
    pass(5);
    assertThat(done).isEmpty();
    assertThat(timers.next()).isEmpty();
  }

  @Test
  void executorThatHasEnded_closesTheQueue() {
    WorkQueue<String> rejected =
        new WorkQueue<>(
            "test",
            task -> {
              throw new RejectedExecutionException();
            },
            timers,
            1,
            done::add);
    rejected.addAfter("b", Duration.ofMillis(1));
    rejected.add("a");
    assertThat(timers.next()).isEmpty();
  }
}
