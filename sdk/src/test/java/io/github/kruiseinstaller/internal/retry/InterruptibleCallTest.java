package io.github.kruiseinstaller.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.internal.cluster.FakeCluster.ManualTime;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InterruptibleCallTest {
  private final ManualTime time = new ManualTime();
  private final Cancellation cancellation = new Cancellation();
  private final Workers workers = new Workers("test", cancellation);
  private final RunControl control = TestControl.within(Duration.ofSeconds(10), time, cancellation);

  @AfterEach
  void end() {
    workers.close();
    Thread.interrupted();
  }

  @Test
  void of_whenNothingHappens_isTheResult() {
    assertThat(call(() -> "loaded")).isEqualTo("loaded");

    time.pass(Duration.ofSeconds(10));
    cancellation.cancel();

    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void of_whenItFailsByItself_throwsThat() {
    IllegalStateException failure = new IllegalStateException("thrown by a test");

    assertThatThrownBy(
            () ->
                call(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  @Test
  void of_whenCancelledBefore_isNotCalled() {
    cancellation.cancel();

    assertThatThrownBy(
            () ->
                call(
                    () -> {
                      throw new AssertionError("called");
                    }))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void of_whenCancelled_throwsThatTheRunWasAndClearsTheFlag() {
    assertThatThrownBy(() -> call(() -> hangs(cancellation::cancel)))
        .isInstanceOf(CancellationException.class)
        .hasMessage("the run was cancelled")
        .hasRootCauseInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void of_whenTheDeadlinePasses_throwsThatItIsLateAndClearsTheFlag() {
    assertThatThrownBy(
            () -> call(() -> hangs(() -> time.passOnceSomebodyIdles(Duration.ofSeconds(10)))))
        .hasMessage("late")
        .hasRootCauseInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void of_whenSomebodyInterruptsTheThread_keepsTheFlag() {
    Thread caller = Thread.currentThread();

    assertThatThrownBy(() -> call(() -> hangs(caller::interrupt)))
        .isInstanceOf(CancellationException.class)
        .hasMessage("the thread of the run was interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  private String call(Supplier<String> work) {
    return InterruptibleCall.of(
        work, control, workers, thrown -> new IllegalStateException("late", thrown));
  }

  /** Throws an InterruptedException that it does not declare, as code in Kotlin does. */
  private static String hangs(Runnable meanwhile) {
    new Thread(meanwhile, "meanwhile").start();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      InterruptibleCallTest.<RuntimeException>sneak(e);
    }
    return "nobody opens it";
  }

  @SuppressWarnings("unchecked") // what other languages can do without
  private static <E extends Throwable> void sneak(Throwable thrown) throws E {
    throw (E) thrown;
  }
}
