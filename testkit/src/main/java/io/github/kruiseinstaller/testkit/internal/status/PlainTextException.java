package io.github.kruiseinstaller.testkit.internal.status;

/**
 * A refusal that is no Status object: what goes wrong before the API server reads in which form its
 * answer is wanted, it says in plain text, with status 500.
 */
public final class PlainTextException extends StatusException {
  private static final long serialVersionUID = 1;

  /** A refusal. */
  public PlainTextException(String message) {
    super(500, "InternalError", message, null);
  }
}
