package io.github.kruiseinstaller.testkit.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScaledTimersTest {
  @Test
  void simulatedTime_runsFaster() throws Exception {
    try (ScaledTimers timers = new ScaledTimers(10_000, "timers-test-fast")) {
      long before = timers.nanos();
      CountDownLatch hour = new CountDownLatch(1);
      timers.after(Duration.ofHours(1), hour::countDown);
      assertThat(hour.await(50, TimeUnit.SECONDS)).isTrue();
      assertThat(timers.nanos() - before).isGreaterThanOrEqualTo(Duration.ofHours(1).toNanos());
      assertThat(timers.now()).isNotNull();
    }
  }

  @Test
  void taskThatThrows_doesNotStopOthers() throws Exception {
    try (ScaledTimers timers = new ScaledTimers(1, "timers-test-throw")) {
      CompletableFuture<Thread> thread = new CompletableFuture<>();
      timers.after(
          Duration.ZERO,
          () -> {
            throw new IllegalStateException("on purpose");
          });
      timers.after(Duration.ZERO, () -> thread.complete(Thread.currentThread()));
      assertThat(thread.get(50, TimeUnit.SECONDS).isDaemon()).isTrue();
    }
  }

  @Test
  void cancelledTask_doesNotRun() throws Exception {
    try (ScaledTimers timers = new ScaledTimers(1, "timers-test-cancel")) {
      CountDownLatch canceled = new CountDownLatch(1);
      AtomicBoolean ran = new AtomicBoolean();
      CountDownLatch later = new CountDownLatch(1);
      // Keeps the only thread busy while the others come due.
      timers.after(Duration.ZERO, () -> await(canceled));
      Timers.Timer timer = timers.after(Duration.ZERO, () -> ran.set(true));
      timers.after(Duration.ofNanos(1), later::countDown);
      timer.cancel();
      canceled.countDown();
      assertThat(later.await(50, TimeUnit.SECONDS)).isTrue();
      assertThat(ran).isFalse();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void close_leavesNoThreadAndDoesNothingMore() throws Exception {
    ScaledTimers timers = new ScaledTimers(1, "timers-test-close");
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    timers.after(Duration.ZERO, () -> thread.complete(Thread.currentThread()));
    Thread worker = thread.get(50, TimeUnit.SECONDS);
    timers.close();
    assertThat(worker.isAlive()).isFalse();
    timers.after(Duration.ZERO, () -> {}).cancel();
  }

  @Test
  void speed_mustBePositive() {
    assertThatThrownBy(() -> new ScaledTimers(0, "x")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ScaledTimers(Double.POSITIVE_INFINITY, "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void clusterThreads_endWithTheCluster() throws Exception {
    ClusterThreads threads = new ClusterThreads("cluster-threads-test-");
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    threads.execute(
        () -> {
          thread.complete(Thread.currentThread());
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.complete(true);
          }
        });
    Thread worker = thread.get(50, TimeUnit.SECONDS);
    assertThat(worker.getName()).startsWith("cluster-threads-test-");
    threads.close();
    assertThat(worker.isAlive()).isFalse();
    assertThat(interrupted.get(50, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> threads.execute(() -> {}))
        .isInstanceOf(java.util.concurrent.RejectedExecutionException.class);
  }

  /** The pool has terminated when a thread's last words are heard. */
  @Test
  void clusterThreads_whoseThreadIsOnItsWayOut_waitForIt() throws Exception {
    ClusterThreads threads = new ClusterThreads("cluster-threads-test-");
    CountDownLatch runs = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    CompletableFuture<Boolean> waitedFor = new CompletableFuture<>();
    Thread closing =
        new Thread(
            () -> {
              await(runs);
              threads.close();
              closed.countDown();
            });
    threads.execute(
        () -> {
          Thread.currentThread()
              .setUncaughtExceptionHandler(
                  (thread, e) -> {
                    while (closed.getCount() > 0 && !isJoining(closing)) {
                      Thread.onSpinWait();
                    }
                    waitedFor.complete(closed.getCount() > 0);
                  });
          runs.countDown();
          await(new CountDownLatch(1));
          throw new IllegalStateException("on purpose");
        });
    closing.start();
    assertThat(waitedFor.get(50, TimeUnit.SECONDS)).isTrue();
    closing.join();
  }

  private static boolean isJoining(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(DaemonThreads.class.getName()));
  }
}
