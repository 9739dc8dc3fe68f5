package io.github.kruiseinstaller.testkit.internal.network;

/** A call that brought no usable answer, in the words of the API server. */
public final class WebhookFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean called;

  private WebhookFailure(String message, boolean called) {
    super(message);
    this.called = called;
  }

  /** Nothing was called, because it is configured wrongly. */
  static WebhookFailure noClient(String message) {
    return new WebhookFailure(message, false);
  }

  /** The call went wrong. */
  static WebhookFailure call(String message) {
    return new WebhookFailure(message, true);
  }

  /** The text that the API server puts behind {@code failed calling webhook "NAME": }. */
  public String admissionText() {
    return (called ? "failed to call webhook: " : "could not get REST client: ") + text();
  }

  /** The bare text. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
