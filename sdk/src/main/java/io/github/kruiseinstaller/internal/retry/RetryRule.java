package io.github.kruiseinstaller.internal.retry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Says of an error whether another try makes sense. Thread-safe. */
public interface RetryRule {
  /** What to make of an error. */
  Verdict judge(RuntimeException error);

  /**
   * What to throw when there is no time left for another try.
   *
   * @param lastError why the last try failed
   */
  RuntimeException outOfTime(RuntimeException lastError);

  /**
   * The same rule for callers who want to know soon: no more than so many tries in all.
   *
   * @param tries at least 1
   */
  static RetryRule atMost(int tries, RetryRule rule) {
    return new RetryRule() {
      @Override
      public Verdict judge(RuntimeException error) {
        Verdict verdict = rule.judge(error);
        return new Verdict(Math.min(tries, verdict.tries()), verdict.cause(), verdict.retryAfter());
      }

      @Override
      public RuntimeException outOfTime(RuntimeException lastError) {
        return rule.outOfTime(lastError);
      }
    };
  }

  /**
   * A judgement.
   *
   * @param tries how many tries make sense in all: 1 when another would end the same way
   * @param cause the error in a few words, for the {@link RetryListener}
   * @param retryAfter the wait that the server asked for, or null; wins over a shorter back-off
   */
  record Verdict(int tries, String cause, @Nullable Duration retryAfter) {
    /** Another try would end the same way. */
    public static Verdict giveUp(String cause) {
      return new Verdict(1, cause, null);
    }

    /** Another try may succeed, if not the first then a later one. */
    public static Verdict tryAgain(String cause, @Nullable Duration retryAfter) {
      return new Verdict(Integer.MAX_VALUE, cause, retryAfter);
    }

    /** Another try may succeed, or the error is final and does not say so: a few tries tell. */
    public static Verdict tryAtMost(int tries, String cause) {
      return new Verdict(tries, cause, null);
    }
  }
}
