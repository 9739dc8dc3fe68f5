package io.github.kruiseinstaller.testkit.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WakingHoursTest {
  private final Queue<Runnable> alarms = new ArrayDeque<>();
  private final List<Duration> looks = new ArrayList<>();
  private final List<String> due = new ArrayList<>();
  private final WakingHours byHand =
      new WakingHours(
          (task, nanos) -> {
            alarms.add(task);
            looks.add(Duration.ofNanos(nanos));
            return new CompletableFuture<>();
          });

  @Test
  void after_howeverLateALookIs_countsNoMoreThanLiesBetweenTwoLooks() {
    Timers.Timer unused = byHand.after(Duration.ofMillis(250), () -> due.add("due"));

    alarms.remove().run();
    alarms.remove().run();
    assertThat(due).isEmpty();
    alarms.remove().run();

    assertThat(due).containsExactly("due");
    assertThat(looks)
        .containsExactly(Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofMillis(50));
    assertThat(alarms).isEmpty();
  }

  @Test
  void cancel_beforeItIsDue_doesNothingAndLooksNoMore() {
    Timers.Timer timer = byHand.after(Duration.ofMillis(250), () -> due.add("due"));

    timer.cancel();
    alarms.remove().run();

    assertThat(alarms).isEmpty();
    assertThat(due).isEmpty();
  }

  @Test
  void close_leavesNoThreadAndNothingDue() throws InterruptedException {
    WakingHours hours = new WakingHours("waking-hours-test");
    CountDownLatch first = new CountDownLatch(1);
    Timers.Timer one = hours.after(Duration.ofMillis(1), first::countDown);
    assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();

    hours.close();
    Timers.Timer late = hours.after(Duration.ofMillis(1), () -> due.add("late"));

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("waking-hours-test"));
    one.cancel();
    late.cancel();
    assertThat(due).isEmpty();
  }
}
