package io.github.kruiseinstaller.testkit.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
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
      AtomicBoolean ran = new AtomicBoolean();
      Timers.Timer timer = timers.after(Duration.ofMillis(200), () -> ran.set(true));
      timer.cancel();
      CountDownLatch later = new CountDownLatch(1);
      timers.after(Duration.ofMillis(400), later::countDown);
      assertThat(later.await(50, TimeUnit.SECONDS)).isTrue();
      assertThat(ran).isFalse();
    }
  }

  @Test
  void close_leavesNoThreadAndDoesNothingMore() throws Exception {
    ScaledTimers timers = new ScaledTimers(1, "timers-test-close");
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    timers.after(Duration.ZERO, () -> thread.complete(Thread.currentThread()));
    Thread worker = thread.get(50, TimeUnit.SECONDS);
    timers.close();
    worker.join(50_000);
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
    assertThat(interrupted.get(50, TimeUnit.SECONDS)).isTrue();
    worker.join(50_000);
    assertThat(worker.isAlive()).isFalse();
    assertThatThrownBy(() -> threads.execute(() -> {}))
        .isInstanceOf(java.util.concurrent.RejectedExecutionException.class);
  }
}
