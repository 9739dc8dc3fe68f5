package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe;
import io.github.kruiseinstaller.internal.webhook.DisarmProof;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * The API server itself shows that it no longer calls the webhooks: so many times in a row as an
 * arming asks for, each over a connection of its own. Until then the manager stays, and answers.
 */
final class AdmitPods implements StageStep {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PROBE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(30);

  /** An API server hears of a write within milliseconds; what cannot be shown is given longer. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private final Survey survey;

  AdmitPods(Survey survey) {
    this.survey = survey;
  }

  @Override
  public Stage stage() {
    return Stage.ADMIT;
  }

  @Override
  public void run(StageContext context) {
    RunControl control = context.environment().control();
    List<Manifest> own = survey.live().ownConfigurations();
    String namespace =
        AdmissionProbe.namespace(
            own,
            survey.live().namespaces().orElse(List.of()),
            survey.live().location().namespace());
    DisarmProof proof =
        new DisarmProof(
            context.cluster(),
            own,
            survey.live().location().serviceRef(),
            namespace,
            new SecureRandom());
    long end = control.time().nanos() + control.deadline().atMost(PATIENCE).toNanos();
    int quiet = 0;
    while (quiet < context.environment().proofs()) {
      DisarmProof.Answer answer = context.awaiting(() -> proof.ask(PROBE));
      if (answer.verdict() == DisarmProof.Verdict.CALLED) {
        quiet = 0;
        if (control.time().nanos() >= end) {
          throw stillCalled(answer);
        }
        control.sleep(PAUSE);
      } else if (answer.verdict() == DisarmProof.Verdict.NOT_SHOWN) {
        context.note(answer.text());
        if (context.planWrites(Stage.DISARM)) {
          control.sleep(SETTLING);
        }
        return;
      } else {
        quiet++;
      }
    }
  }

  private InstallException stillCalled(DisarmProof.Answer answer) {
    return new InstallException(
        Failure.of(
                FailureCode.PROOF_FAILED,
                "the API server still calls the webhooks, although they were switched off; the"
                    + " manager was left as it is",
                "Look who writes the webhook configurations (metadata.managedFields): a GitOps tool"
                    + " or a second installer. Stop it and run again.")
            .about(
                survey.live().ownConfigurations().stream()
                    .map(Manifest::ref)
                    .findFirst()
                    .orElse(null))
            .seen(List.of(answer.text())));
  }
}
