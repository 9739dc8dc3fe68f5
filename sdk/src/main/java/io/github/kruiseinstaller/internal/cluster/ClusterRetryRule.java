package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.internal.retry.RetryRule;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Which refusals of an API server pass by themselves: 429, 5xx (a webhook of another vendor that
 * does not answer is a 500), no answer, and a write that lost a race and carries no
 * resourceVersion. Decides by status and reason, never by text.
 */
public enum ClusterRetryRule implements RetryRule {
  /** For requests that the server merges into whatever is live. */
  MERGING(false),
  /** For requests that name a resourceVersion or uid: who lost the race must read again. */
  CONDITIONAL(true);

  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final int NOT_IMPLEMENTED = 501;
  private static final int VERSION_NOT_SUPPORTED = 505;

  /** About three seconds with the default policy. */
  private static final int TRIES_WITHOUT_REASON = 5;

  private final boolean staleIsFinal;

  ClusterRetryRule(boolean staleIsFinal) {
    this.staleIsFinal = staleIsFinal;
  }

  @Override
  public Verdict judge(RuntimeException error) {
    if (!(error instanceof ClusterException refused)) {
      return Verdict.giveUp(String.valueOf(error.getMessage()));
    }
    if (mayBeFinal(refused)) {
      return Verdict.tryAtMost(TRIES_WITHOUT_REASON, cause(refused));
    }
    return passes(refused)
        ? Verdict.tryAgain(cause(refused), refused.answer().retryAfter())
        : Verdict.giveUp(cause(refused));
  }

  @Override
  public RuntimeException outOfTime(RuntimeException lastError) {
    return new DeadlineException(
        "the deadline leaves no time for another try: " + lastError.getMessage(), lastError);
  }

  @Override
  public boolean isCutOff(RuntimeException error) {
    return error instanceof DeadlineException;
  }

  private boolean passes(ClusterException refused) {
    int status = refused.status();
    if (status == ClusterException.NO_ANSWER) {
      return !isUntrusted(refused.getCause());
    }
    if (status == CONFLICT) {
      return refused.isStale() && !staleIsFinal;
    }
    return status == TOO_MANY_REQUESTS
        || (status >= SERVER_ERROR && status != NOT_IMPLEMENTED && status != VERSION_NOT_SUPPORTED);
  }

  /**
   * A server-side apply with a field that the schema does not have is a 500 without a reason, as
   * are some hiccups of the store.
   */
  private static boolean mayBeFinal(ClusterException refused) {
    return refused.status() == SERVER_ERROR
        && refused.answer().reason().isEmpty()
        && refused.answer().verb().equals(Gateway.APPLY);
  }

  private static String cause(ClusterException refused) {
    ClusterException.Answer answer = refused.answer();
    return answer.status() == ClusterException.NO_ANSWER
        ? answer.message()
        : (answer.status() + " " + answer.reason()).strip() + ": " + answer.message();
  }

  /** A certificate that is not trusted does not become so by asking again. */
  private static boolean isUntrusted(@Nullable Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException
          || cause instanceof CertPathValidatorException
          || cause instanceof SSLPeerUnverifiedException) {
        return true;
      }
    }
    return false;
  }
}
