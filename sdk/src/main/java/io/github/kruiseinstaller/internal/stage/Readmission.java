package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe;
import io.github.kruiseinstaller.model.Stage;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * Waits until the API server has seen that the webhooks are disarmed. It hears of it a moment after
 * the write; a controller that is told to try again before that is refused once more, and its
 * back-off has grown.
 */
final class Readmission {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(30);

  private Readmission() {}

  /** Waits, for a few seconds at most: what refuses the manager's Pods then is something else. */
  static void await(StageContext context) {
    if (!context.planWrites(Stage.DISARM)) {
      return;
    }
    RunControl control = context.environment().control();
    AdmissionProbe probe =
        new AdmissionProbe(
            context.cluster(),
            context.release().webhookConfigurations(),
            context.release().webhookService().ref(),
            context.release().namespace(),
            new SecureRandom());
    long end = control.time().nanos() + control.deadline().atMost(PATIENCE).toNanos();
    context.awaiting(
        () -> {
          while (probe.pod(control.deadline().atMost(PROBE)).outcome()
                  == AdmissionProbe.Outcome.FAILED
              && control.time().nanos() < end) {
            control.sleep(PAUSE);
          }
          return true;
        });
  }
}
