package io.github.kruiseinstaller.internal.planner;

/**
 * Whether somebody answers the webhook Service.
 *
 * @param answering whether requests are answered; true when everything is parked and nobody asked
 * @param evidence why not, for people; empty when answering
 */
public record WebhookService(boolean answering, String evidence) {
  /** It is answered. */
  public static final WebhookService ANSWERING = new WebhookService(true, "");

  /** It is not answered. */
  public static WebhookService dead(String evidence) {
    return new WebhookService(false, evidence);
  }
}
