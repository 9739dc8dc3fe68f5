package io.github.kruiseinstaller.testkit.fault;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What goes wrong with a request. */
public sealed interface Fault {
  /** Whether the request has been carried out when it goes wrong. */
  enum Moment {
    /** It has not. */
    BEFORE_EFFECT,
    /** It has, and nobody hears of it. */
    AFTER_EFFECT
  }

  /** A short name for the record. */
  String label();

  /**
   * The request is not carried out and gets this answer.
   *
   * @param status such as 503
   * @param retryAfterSeconds 0 for no Retry-After header
   * @param contentType of the body
   * @param body as it is sent
   */
  record Answer(int status, int retryAfterSeconds, String contentType, String body)
      implements Fault {
    /** With a Status for a body, as the API server itself would refuse. */
    public static Answer status(int status, String reason, String message, int retryAfterSeconds) {
      ObjectNode body =
          new StatusException(
                  status,
                  reason,
                  message,
                  retryAfterSeconds == 0
                      ? null
                      : new StatusException.Details("", "", "", "", List.of(), retryAfterSeconds))
              .body();
      return new Answer(status, retryAfterSeconds, "application/json", body.toString() + "\n");
    }

    /** 429, as a busy API server gives it. */
    public static Answer tooManyRequests(int retryAfterSeconds) {
      return new Answer(
          429,
          retryAfterSeconds,
          "text/plain; charset=utf-8",
          "Too many requests, please try again later.\n");
    }

    /** 503, as an API server that is shutting down gives it. */
    public static Answer unavailable(int retryAfterSeconds) {
      return status(
          503,
          "ServiceUnavailable",
          "the server is currently unable to handle the request",
          retryAfterSeconds);
    }

    @Override
    public String label() {
      return "answer " + status;
    }
  }

  /**
   * The request waits before it is carried out.
   *
   * @param delay in wall time
   */
  record Latency(Duration delay) implements Fault {
    @Override
    public String label() {
      return "latency " + delay.toMillis() + "ms";
    }
  }

  /**
   * The connection is reset.
   *
   * @param moment before or after the effect
   */
  record Reset(Moment moment) implements Fault {
    @Override
    public String label() {
      return "reset " + words(moment);
    }
  }

  /**
   * No answer comes.
   *
   * @param moment before or after the effect
   * @param time after which the connection is reset; null: until somebody closes it
   */
  record Hang(Moment moment, @Nullable Duration time) implements Fault {
    @Override
    public String label() {
      return "hang " + words(moment);
    }
  }

  /** The effect takes place, and the answer breaks off in the middle of its body. */
  record Truncation() implements Fault {
    @Override
    public String label() {
      return "truncated";
    }
  }

  /**
   * A watch's connection is reset.
   *
   * @param events after so many events
   */
  record DroppedWatch(int events) implements Fault {
    @Override
    public String label() {
      return "watch dropped after " + events;
    }
  }

  /**
   * A watch stays open and says nothing any more.
   *
   * @param events after so many events
   */
  record StaleWatch(int events) implements Fault {
    @Override
    public String label() {
      return "watch stale after " + events;
    }
  }

  /** A list or watch finds that its resourceVersion is too old. */
  record Expired() implements Fault {
    @Override
    public String label() {
      return "expired";
    }
  }

  /**
   * The times in Leases are off, as when the clocks of their holders are: renewTime and acquireTime
   * in answers.
   *
   * @param shift added to the times
   */
  record LeaseClock(Duration shift) implements Fault {
    @Override
    public String label() {
      return "lease clock " + shift;
    }
  }

  private static String words(Moment moment) {
    return moment.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
