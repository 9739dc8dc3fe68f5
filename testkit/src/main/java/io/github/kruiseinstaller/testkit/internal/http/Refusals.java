package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.util.List;

/** Refusals that only the HTTP side has. */
final class Refusals {
  private Refusals() {}

  /** What the router refuses before any handler is asked. */
  static StatusException byRoute(int code, String reason, String message) {
    return new StatusException(
        code, reason, message, new StatusException.Details("", "", "", "", List.of(), 0));
  }

  /** 405 for a verb that a custom resource does not have. */
  static StatusException notSupported(String group, String plural, String verb) {
    return new StatusException(
        405,
        "MethodNotAllowed",
        verb
            + " is not supported on resources of kind \""
            + Statuses.qualified(group, plural)
            + "\"",
        new StatusException.Details("", group, plural, "", List.of(), 0));
  }

  /** 503 with a text. */
  static StatusException unavailable(String message) {
    return new StatusException(503, "ServiceUnavailable", message, null);
  }

  /** 413. */
  static StatusException tooLarge(int limit) {
    return new StatusException(
        413, "RequestEntityTooLarge", "Request entity too large: limit is " + limit, null);
  }
}
