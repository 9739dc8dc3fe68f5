package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.kubernetes.client.util.exception.TokenAquisitionException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request, once, inside the bounds of a run, and gives everything that can go wrong one
 * of three shapes: refused or unanswered, cancelled, out of time.
 */
final class Exchange {
  private static final int UNAUTHORIZED = 401;

  private final RunControl control;

  Exchange(RunControl control) {
    this.control = control;
  }

  /**
   * Sends and reads the whole answer. What the guard of a write throws is thrown on as it is.
   *
   * @param timeout how long to wait for it; the deadline may end it earlier
   * @throws ClusterException when refused or unanswered
   * @throws DeadlineException when the deadline has passed
   * @throws CancellationException when cancelled or interrupted
   */
  @SuppressWarnings("try") // the registration only has to be closed
  String send(Ask ask, Call call, Duration timeout) {
    control.cancellation().check();
    Duration bound = control.deadline().atMost(timeout);
    if (bound.isZero()) {
      throw new DeadlineException("the deadline passed before " + ask.verb(), null);
    }
    call.timeout().timeout(Math.max(1, bound.toMillis()), TimeUnit.MILLISECONDS);
    try (Cancellation.Registration end = control.cancellation().onCancel(call::cancel);
        Response response = call.execute()) {
      String body = response.body().string();
      if (!response.isSuccessful()) {
        throw Refusals.of(ask, response, body, control.time().now());
      }
      return body;
    } catch (ClusterException e) {
      throw e;
    } catch (Exception e) {
      if (e instanceof RuntimeException guards && SendGuard.refused(call, e)) {
        throw guards;
      }
      throw failed(ask, e);
    }
  }

  /**
   * What an error on the way means for the run. OkHttp is written in Kotlin and throws
   * InterruptedException without declaring it.
   */
  RuntimeException failed(Ask ask, Throwable error) {
    if (error instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    if (control.cancellation().isCancelled()) {
      return cancelled("the run was cancelled", error);
    }
    if (Thread.currentThread().isInterrupted()) {
      return cancelled("the thread of the run was interrupted", error);
    }
    if (error instanceof TokenAquisitionException) {
      return refusal(
          ask, UNAUTHORIZED, "Unauthorized", "no token can be had for this request", error);
    }
    if (!(error instanceof IOException)) {
      return error instanceof RuntimeException known ? known : new IllegalStateException(error);
    }
    ClusterException unanswered = unanswered(ask, NetworkErrors.describe(error), error);
    return control.deadline().passed()
        ? new DeadlineException("the deadline passed during " + unanswered.getMessage(), unanswered)
        : unanswered;
  }

  static ClusterException unanswered(Ask ask, String message, @Nullable Throwable cause) {
    return refusal(ask, ClusterException.NO_ANSWER, "", message, cause);
  }

  private static ClusterException refusal(
      Ask ask, int status, String reason, String message, @Nullable Throwable cause) {
    return new ClusterException(
        new ClusterException.Answer(
            ask.verb(), ask.object(), status, reason, message, List.of(), null),
        cause);
  }

  private static CancellationException cancelled(String message, Throwable cause) {
    CancellationException cancelled = new CancellationException(message);
    cancelled.initCause(cause);
    return cancelled;
  }
}
