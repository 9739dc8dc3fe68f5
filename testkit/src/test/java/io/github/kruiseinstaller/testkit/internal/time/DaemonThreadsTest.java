package io.github.kruiseinstaller.testkit.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DaemonThreadsTest {
  private static final long LIMIT = TimeUnit.SECONDS.toNanos(50);

  private final DaemonThreads threads = new DaemonThreads("daemon-threads-test-");
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void letGo() {
    end.countDown();
  }

  private void untilTheEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Thread started(Runnable task) {
    Thread thread = threads.newThread(task);
    thread.start();
    return thread;
  }

  @Test
  void newThread_isADaemonWithANumber() {
    Thread first = threads.newThread(this::untilTheEnd);
    assertThat(first.isDaemon()).isTrue();
    assertThat(first.getName()).isEqualTo("daemon-threads-test-1");
    assertThat(threads.newThread(this::untilTheEnd).getName()).isEqualTo("daemon-threads-test-2");
  }

  @Test
  void join_waitsUntilAllHaveEnded() throws InterruptedException {
    Thread first = started(this::untilTheEnd);
    Thread second = started(() -> {});
    Thread neverStarted = threads.newThread(this::untilTheEnd);
    Thread waiting = Thread.currentThread();
    started(
        () -> {
          while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
          }
          end.countDown();
        });
    threads.join(LIMIT, false);
    assertThat(first.isAlive()).isFalse();
    assertThat(second.isAlive()).isFalse();
    assertThat(neverStarted.getState()).isEqualTo(Thread.State.NEW);
  }

  @Test
  void join_thatInterrupts_endsThoseThatWait() throws InterruptedException {
    Thread thread = started(this::untilTheEnd);
    threads.join(LIMIT, true);
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void join_fromOneOfThem_waitsForTheOthersOnly() throws Exception {
    Thread other = started(this::untilTheEnd);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    started(
        () -> {
          try {
            threads.join(LIMIT, true);
            interrupted.complete(Thread.currentThread().isInterrupted());
          } catch (InterruptedException e) {
            interrupted.completeExceptionally(e);
          }
        });
    assertThat(interrupted.get(50, TimeUnit.SECONDS)).isFalse();
    assertThat(other.isAlive()).isFalse();
  }

  @Test
  void join_whenItsTimeIsOver_returns() throws InterruptedException {
    Thread thread = started(this::untilTheEnd);
    threads.join(1, false);
    assertThat(thread.isAlive()).isTrue();
  }
}
