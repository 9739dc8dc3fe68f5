package io.github.kruiseinstaller.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.internal.cluster.FakeCluster.ManualTime;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetrierTest {
  private static final ObjectRef POD = ObjectRef.namespaced("v1", "Pod", "ns", "pod");
  private static final RetryPolicy STEADY =
      new RetryPolicy(Duration.ofMillis(200), 2, 0, Duration.ofSeconds(1));

  private final ManualTime time = new ManualTime();
  private final Cancellation cancellation = new Cancellation();
  private final List<String> told = new ArrayList<>();
  private final List<Duration> delays = new ArrayList<>();

  @Test
  void call_whenTheFirstTrySucceeds_waitsForNothing() {
    assertThat(retrier(STEADY, Duration.ofMinutes(1)).<String>call(POD, () -> "done"))
        .isEqualTo("done");
    assertThat(told).isEmpty();
    assertThat(time.nanos()).isZero();
  }

  @Test
  void call_whenErrorsPass_waitsLongerEachTimeUpToTheLongestDelay() {
    AtomicInteger tries = new AtomicInteger();
    String result =
        retrier(STEADY, Duration.ofMinutes(1))
            .call(
                POD,
                () -> {
                  if (tries.incrementAndGet() <= 5) {
                    throw new Passing("try " + tries, null);
                  }
                  return "done";
                });
    assertThat(result).isEqualTo("done");
    assertThat(delays)
        .extracting(Duration::toMillis)
        .containsExactly(200L, 400L, 800L, 1000L, 1000L);
    assertThat(told).startsWith("Pod ns/pod try 1 after 1", "Pod ns/pod try 2 after 2").hasSize(5);
    assertThat(Duration.ofNanos(time.nanos())).isEqualTo(Duration.ofMillis(3400));
  }

  @Test
  void call_whenTheErrorIsFinal_throwsItAsItIs() {
    IllegalStateException last = new IllegalStateException("no");
    assertThatThrownBy(() -> retrier(STEADY, Duration.ofMinutes(1)).call(POD, () -> fail(last)))
        .isSameAs(last);
    assertThat(told).isEmpty();
  }

  @Test
  void call_whenTheErrorMayBeFinal_triesAFewTimesAndThrowsIt() {
    AtomicInteger tries = new AtomicInteger();
    assertThatThrownBy(
            () ->
                retrier(STEADY, Duration.ofMinutes(1))
                    .call(
                        POD,
                        () -> {
                          tries.incrementAndGet();
                          throw new Doubtful();
                        }))
        .isInstanceOf(Doubtful.class);
    assertThat(tries).hasValue(Doubtful.TRIES);
  }

  @Test
  void call_whenTheServerAsksForALongerWait_waitsThatLong() {
    failingOnce(new Passing("busy", Duration.ofSeconds(7)));
    assertThat(delays).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void call_whenTheServerAsksForAShorterWait_keepsTheBackOff() {
    failingOnce(new Passing("busy", Duration.ofMillis(1)));
    assertThat(delays).containsExactly(Duration.ofMillis(200));
  }

  @Test
  void call_whenTheBackOffWouldOutlastTheDeadline_triesAgainInWhatIsLeft() {
    assertThatThrownBy(
            () ->
                retrier(STEADY, Duration.ofSeconds(1))
                    .call(POD, () -> fail(new Passing("gone", null))))
        .isInstanceOf(OutOfTime.class)
        .hasRootCauseMessage("gone");
    // 200 and 400 fit; of the 400 ms left half is slept, and 200 ms are too few to go on.
    assertThat(delays).extracting(Duration::toMillis).containsExactly(200L, 400L, 200L);
  }

  @Test
  void call_whenTheServerAsksToWaitBeyondTheDeadline_givesUpAtOnce() {
    assertThatThrownBy(
            () ->
                retrier(STEADY, Duration.ofSeconds(10))
                    .call(POD, () -> fail(new Passing("busy", Duration.ofSeconds(60)))))
        .isInstanceOf(OutOfTime.class);
    assertThat(time.nanos()).isZero();
  }

  @Test
  void call_whenTheDeadlineCutsALaterTryOff_tellsWhatTheTriesBeforeWereAnswered() {
    AtomicInteger tries = new AtomicInteger();
    assertThatThrownBy(
            () ->
                retrier(STEADY, Duration.ofMinutes(1))
                    .call(
                        POD,
                        () -> {
                          if (tries.incrementAndGet() == 1) {
                            throw new Passing("refused", null);
                          }
                          throw new CutOff();
                        }))
        .isInstanceOf(OutOfTime.class)
        .hasRootCauseMessage("refused")
        .satisfies(e -> assertThat(e.getSuppressed()).hasOnlyElementsOfType(CutOff.class));
  }

  @Test
  void call_whenTheDeadlineCutsTheFirstTryOff_throwsThat() {
    CutOff cutOff = new CutOff();
    assertThatThrownBy(() -> retrier(STEADY, Duration.ofMinutes(1)).call(POD, () -> fail(cutOff)))
        .isSameAs(cutOff);
  }

  @Test
  void call_whenCancelledBefore_doesNotTry() {
    cancellation.cancel();
    AtomicInteger tries = new AtomicInteger();
    assertThatThrownBy(
            () -> retrier(STEADY, Duration.ofMinutes(1)).call(POD, tries::incrementAndGet))
        .isInstanceOf(CancellationException.class);
    assertThat(tries).hasValue(0);
  }

  @Test
  void call_whenCancelledWhileWaiting_endsInsteadOfTryingAgain() {
    time.after(Duration.ofMillis(100), cancellation::cancel);
    AtomicInteger tries = new AtomicInteger();
    assertThatThrownBy(
            () ->
                retrier(STEADY, Duration.ofMinutes(1))
                    .call(
                        POD,
                        () -> {
                          tries.incrementAndGet();
                          throw new Passing("gone", null);
                        }))
        .isInstanceOf(CancellationException.class);
    assertThat(tries).hasValue(1);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Property(tries = 200)
  void delays_stayWithinTheJitterAndTheLongestDelay(
      @ForAll @DoubleRange(min = 0, max = 0.99) double jitter,
      @ForAll @IntRange(min = 1, max = 5000) int initialMillis) {
    RetrierTest run = new RetrierTest();
    RetryPolicy policy =
        new RetryPolicy(
            Duration.ofMillis(initialMillis), 2, jitter, Duration.ofMillis(initialMillis * 4L));
    AtomicInteger tries = new AtomicInteger();
    run.retrier(policy, Duration.ofDays(1))
        .call(null, () -> tries.incrementAndGet() <= 6 ? fail(new Passing("gone", null)) : "done");
    long exact = initialMillis;
    for (Duration delay : run.delays) {
      long bounded = Math.min(exact, initialMillis * 4L);
      assertThat(delay.toMillis())
          .isBetween(
              (long) Math.floor(bounded * (1 - jitter)) - 1,
              Math.min((long) Math.ceil(bounded * (1 + jitter)) + 1, initialMillis * 4L));
      exact *= 2;
    }
  }

  private void failingOnce(RuntimeException error) {
    AtomicInteger tries = new AtomicInteger();
    retrier(STEADY, Duration.ofMinutes(1))
        .call(POD, () -> tries.incrementAndGet() == 1 ? fail(error) : "done");
  }

  private Retrier retrier(RetryPolicy policy, Duration timeout) {
    RunControl control =
        new RunControl(
            time,
            Deadline.in(timeout, time),
            cancellation,
            policy,
            (object, cause, attempt, delay) -> {
              told.add(object + " " + cause + " after " + attempt);
              delays.add(delay);
            });
    return new Retrier(control, new Rule());
  }

  private static Object fail(RuntimeException error) {
    throw error;
  }

  private static final class Rule implements RetryRule {
    @Override
    public Verdict judge(RuntimeException error) {
      String message = String.valueOf(error.getMessage());
      if (error instanceof Passing passing) {
        return Verdict.tryAgain(message, passing.retryAfter);
      }
      return error instanceof Doubtful
          ? Verdict.tryAtMost(Doubtful.TRIES, message)
          : Verdict.giveUp(message);
    }

    @Override
    public boolean isCutOff(RuntimeException error) {
      return error instanceof CutOff;
    }

    @Override
    public RuntimeException outOfTime(RuntimeException lastError) {
      return new OutOfTime(lastError);
    }
  }

  private static final class Passing extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final @Nullable Duration retryAfter;

    Passing(String message, @Nullable Duration retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }
  }

  private static final class Doubtful extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final int TRIES = 3;
  }

  private static final class CutOff extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final class OutOfTime extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfTime(Throwable cause) {
      super(cause);
    }
  }
}
