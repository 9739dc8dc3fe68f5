package io.github.kruiseinstaller.internal.retry;

import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.RetryPolicy;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a call until it succeeds, its error is final, or the run's deadline leaves no room for
 * another try. Resilience4j decides whether and for how long to wait; the wait itself is on the
 * run's own clock, so that it ends with the deadline and with a cancel. Thread-safe.
 */
public final class Retrier {
  private final RunControl control;
  private final RetryRule rule;
  private final Retry retry;

  /** Tries again as {@code rule} says, inside the bounds of {@code control}. */
  public Retrier(RunControl control, RetryRule rule) {
    this.control = control;
    this.rule = rule;
    this.retry = Retry.of("api-server", config(control.retryPolicy(), rule));
  }

  /**
   * Calls until it succeeds.
   *
   * @param object what the call is about, for the {@link RetryListener}
   * @throws java.util.concurrent.CancellationException when the run is cancelled or the thread
   *     interrupted while waiting; an interrupt stays set
   * @throws RuntimeException the final error, or what the rule throws when time is up
   */
  public <T> T call(@Nullable ObjectRef object, Supplier<T> attempt) {
    Retry.AsyncContext<T> decisions = retry.asyncContext();
    RuntimeException refusal = null;
    for (int tries = 1; ; tries++) {
      control.cancellation().check();
      try {
        T result = attempt.get();
        decisions.onComplete();
        return result;
      } catch (RuntimeException e) {
        if (refusal != null && rule.isCutOff(e)) {
          // What the tries before were answered says more than that this one was too late.
          RuntimeException late = rule.outOfTime(refusal);
          late.addSuppressed(e);
          throw late;
        }
        refusal = e;
        long millis = decisions.onError(e);
        if (millis < 0 || tries >= rule.judge(e).tries()) {
          throw e;
        }
        Duration delay = fit(Duration.ofMillis(millis), e);
        control.retries().retrying(object, rule.judge(e).cause(), tries, delay);
        control.sleep(delay);
      }
    }
  }

  /**
   * Shortens a back-off that would sleep through the rest of the run: half of it is left to try.
   */
  private Duration fit(Duration delay, RuntimeException error) {
    Duration left = control.deadline().remaining();
    if (delay.compareTo(left) < 0) {
      return delay;
    }
    boolean asked = rule.judge(error).retryAfter() != null;
    if (asked || left.compareTo(control.retryPolicy().initialDelay()) <= 0) {
      throw rule.outOfTime(error);
    }
    return left.dividedBy(2);
  }

  private static RetryConfig config(RetryPolicy policy, RetryRule rule) {
    IntervalFunction backOff =
        IntervalFunction.ofExponentialRandomBackoff(
            policy.initialDelay(), policy.multiplier(), policy.jitter(), policy.maxDelay());
    return RetryConfig.custom()
        .maxAttempts(Integer.MAX_VALUE)
        .retryOnException(
            error -> error instanceof RuntimeException known && rule.judge(known).tries() > 1)
        .intervalBiFunction(
            (attempt, outcome) -> {
              long millis = backOff.apply(attempt);
              Duration asked =
                  outcome.isLeft() && outcome.getLeft() instanceof RuntimeException error
                      ? rule.judge(error).retryAfter()
                      : null;
              return asked == null ? millis : Math.max(millis, asked.toMillis());
            })
        .build();
  }
}
