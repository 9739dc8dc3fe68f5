package io.github.kruiseinstaller.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.internal.cluster.FakeCluster.ManualTime;
import io.github.kruiseinstaller.model.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunControlTest {
  private final Cancellation cancellation = new Cancellation();

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  @Test
  void sleep_whenTheDeadlineIsNearer_endsWithIt() {
    ManualTime time = new ManualTime();
    control(time, Duration.ofSeconds(3)).sleep(Duration.ofSeconds(5));
    assertThat(Duration.ofNanos(time.nanos())).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void sleep_whenCancelledByAnotherThread_endsAndLeavesNoInterruptBehind() throws Exception {
    BlockedTime time = new BlockedTime();
    FutureTask<Boolean> sleeper =
        new FutureTask<>(
            () -> {
              assertThatThrownBy(
                      () -> control(time, Duration.ofHours(1)).sleep(Duration.ofMinutes(1)))
                  .isInstanceOf(CancellationException.class)
                  .hasMessageContaining("cancelled");
              return Thread.currentThread().isInterrupted();
            });
    new Thread(sleeper).start();
    time.asleep.await();
    cancellation.cancel();
    assertThat(sleeper.get(30, TimeUnit.SECONDS)).isFalse();
  }

  @Test
  void sleep_whenTheThreadIsInterrupted_endsAndKeepsTheInterrupt() throws Exception {
    BlockedTime time = new BlockedTime();
    FutureTask<Boolean> sleeper =
        new FutureTask<>(
            () -> {
              assertThatThrownBy(
                      () -> control(time, Duration.ofHours(1)).sleep(Duration.ofMinutes(1)))
                  .isInstanceOf(CancellationException.class)
                  .hasMessageContaining("interrupted");
              return Thread.currentThread().isInterrupted();
            });
    Thread thread = new Thread(sleeper);
    thread.start();
    time.asleep.await();
    thread.interrupt();
    assertThat(sleeper.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void sleep_whenCancelledBefore_throwsAndLeavesNoInterruptBehind() {
    cancellation.cancel();
    assertThatThrownBy(
            () -> control(new ManualTime(), Duration.ofHours(1)).sleep(Duration.ofMinutes(1)))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void within_whenTheRunsDeadlineHasPassed_hasTimeOfItsOwn() {
    ManualTime time = new ManualTime();
    RunControl control = control(time, Duration.ofSeconds(1));
    time.pass(Duration.ofSeconds(2));
    assertThat(control.deadline().passed()).isTrue();
    assertThat(control.within(Duration.ofSeconds(5)).deadline().remaining())
        .isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void telling_tellsBothListeners() {
    List<String> told = new ArrayList<>();
    ManualTime time = new ManualTime();
    RunControl control =
        new RunControl(
            time,
            Deadline.in(Duration.ofSeconds(1), time),
            cancellation,
            RetryPolicy.defaults(),
            (object, cause, attempt, delay) -> told.add("run: " + cause));
    control
        .telling((object, cause, attempt, delay) -> told.add("wait: " + cause))
        .retries()
        .retrying(null, "busy", 1, Duration.ZERO);
    assertThat(told).containsExactly("wait: busy", "run: busy");
  }

  @Test
  void onCancel_whenAlreadyCancelled_runsAtOnceAndWhenTakenBackNever() {
    List<String> ran = new ArrayList<>();
    cancellation.onCancel(() -> ran.add("taken back")).close();
    cancellation.onCancel(() -> ran.add("registered"));
    cancellation.cancel();
    cancellation.cancel();
    cancellation.onCancel(() -> ran.add("late"));
    assertThat(ran).containsExactly("registered", "late");
  }

  private RunControl control(Time time, Duration timeout) {
    return TestControl.within(timeout, time, cancellation);
  }

  /** Sleeps until it is interrupted. */
  private static final class BlockedTime implements Time {
    private final CountDownLatch asleep = new CountDownLatch(1);

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      asleep.countDown();
      new CountDownLatch(1).await();
    }
  }
}
