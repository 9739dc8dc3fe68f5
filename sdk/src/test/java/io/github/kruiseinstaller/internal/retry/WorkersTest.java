package io.github.kruiseinstaller.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class WorkersTest {
  /** More than there are threads. */
  private static final int MANY = 64;

  @Test
  void map_whenOneThrowsAnError_waitsForTheOthers() {
    try (Workers workers = new Workers("test", new Cancellation())) {
      CountDownLatch thrown = new CountDownLatch(1);
      AtomicBoolean done = new AtomicBoolean();

      assertThatThrownBy(
              () ->
                  workers.map(
                      List.of(true, false),
                      fails -> {
                        if (fails) {
                          thrown.countDown();
                          throw new AssertionError("thrown by a test");
                        }
                        awaitQuietly(thrown);
                        done.set(true);
                        return fails;
                      }))
          .isInstanceOf(AssertionError.class)
          .hasMessage("thrown by a test");

      assertThat(done).isTrue();
    }
  }

  @Test
  void join_whenTheTaskThrowsACheckedException_isNotTakenForACancel() {
    try (Workers workers = new Workers("test", new Cancellation())) {
      Future<Boolean> failing =
          workers.start(
              () -> {
                throw new IOException("thrown by a test");
              });

      assertThatThrownBy(() -> workers.join(failing))
          .isNotInstanceOf(CancellationException.class)
          .hasCauseInstanceOf(IOException.class);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void close_whenATaskWaitsForOneThatHasNotBegun_endsItToo() throws Exception {
    Workers workers = new Workers("test", new Cancellation());
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch waits = new CountDownLatch(1);
    CountDownLatch queued = new CountDownLatch(1);
    Future<?> waiter =
        workers.start(
            () -> {
              queued.await();
              Future<Boolean> last = workers.start(() -> true);
              waits.countDown();
              return workers.join(last);
            });
    List<Future<Boolean>> others = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      others.add(workers.start(() -> never.await(1, TimeUnit.HOURS)));
    }
    queued.countDown();
    waits.await();

    workers.close();

    assertThatThrownBy(() -> waiter.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(CancellationException.class);
    assertThat(others.get(MANY - 1)).isCancelled();
  }
}
