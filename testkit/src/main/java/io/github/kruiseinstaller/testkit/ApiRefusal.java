package io.github.kruiseinstaller.testkit;

import org.jspecify.annotations.Nullable;

/** The API server has refused something; the message is the one that a client would have got. */
public final class ApiRefusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String reason;

  ApiRefusal(int status, String reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.reason = reason;
  }

  /** The HTTP status, such as 404. */
  public int status() {
    return status;
  }

  /** The reason, such as {@code NotFound}. */
  public String reason() {
    return reason;
  }
}
