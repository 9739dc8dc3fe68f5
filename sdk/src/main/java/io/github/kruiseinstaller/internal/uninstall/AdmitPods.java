package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe;
import io.github.kruiseinstaller.internal.webhook.DisarmProof;
import io.github.kruiseinstaller.internal.webhook.DisarmProof.Verdict;
import io.github.kruiseinstaller.internal.webhook.ProbeWebhooks;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * The API server itself shows that it no longer calls the webhooks: so many times in a row as an
 * arming asks for, each over a connection of its own. Until then the manager stays, and answers.
 * Where others refuse what is asked, or hold it up for as long as one can wait, it cannot be shown.
 */
final class AdmitPods implements StageStep {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PROBE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(30);

  /** An API server hears of a write within milliseconds; what cannot be shown is given longer. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private static final String HELD_UP =
      "not shown that the webhooks are silent, because something else holds up what is asked: ";

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
    DisarmProof proof = proof(context);
    Duration patience = PROBE.plus(longestOfOthers());
    long end = control.time().nanos() + control.deadline().atMost(PATIENCE).toNanos();
    int quiet = 0;
    while (quiet < context.environment().proofs()) {
      DisarmProof.Answer answer = context.awaiting(() -> proof.ask(patience));
      if (answer.verdict() == Verdict.SILENT) {
        quiet++;
        continue;
      }
      quiet = 0;
      if (answer.verdict() == Verdict.NOT_SHOWN) {
        settle(context, answer.text());
        return;
      }
      if (control.time().nanos() < end) {
        control.sleep(PAUSE);
      } else if (answer.verdict() == Verdict.UNANSWERED && isHeldUpByOthers(context)) {
        settle(context, HELD_UP + answer.text());
        return;
      } else {
        throw notShown(answer);
      }
    }
  }

  private DisarmProof proof(StageContext context) {
    LiveInstallation live = survey.live();
    return new DisarmProof(
        context.cluster(),
        live.ownConfigurations(),
        live.location().serviceRef(),
        namespace(),
        new SecureRandom());
  }

  private String namespace() {
    LiveInstallation live = survey.live();
    return AdmissionProbe.namespace(
        live.ownConfigurations(), live.namespaces().orElse(List.of()), live.location().namespace());
  }

  /** How long the webhooks of others can take: after that even what they hold up is answered. */
  private Duration longestOfOthers() {
    List<Manifest> others = survey.live().foreignConfigurations();
    String name = namespace();
    Manifest namespace =
        survey.live().namespaces().orElse(List.of()).stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElse(null);
    Duration ofPod = ProbeWebhooks.ofPod(others, namespace).longest();
    Duration ofCloneSet = ProbeWebhooks.ofCloneSet(others, namespace).longest();
    return ofPod.compareTo(ofCloneSet) > 0 ? ofPod : ofCloneSet;
  }

  /** Whether somebody else is asked, and nothing is left of OpenKruise's that could be called. */
  private boolean isHeldUpByOthers(StageContext context) {
    return !longestOfOthers().isZero()
        && survey.live().ownConfigurations().stream()
            .flatMap(each -> context.cluster().get(each.ref()).stream())
            .allMatch(WebhookConfigurations::isParked);
  }

  private static void settle(StageContext context, String note) {
    context.note(note);
    if (context.planWrites(Stage.DISARM)) {
      context.environment().control().sleep(SETTLING);
    }
  }

  private InstallException notShown(DisarmProof.Answer answer) {
    boolean called = answer.verdict() == Verdict.CALLED;
    return new InstallException(
        Failure.of(
                FailureCode.PROOF_FAILED,
                called
                    ? "the API server still calls the webhooks, although they were switched off;"
                        + " the manager was left as it is"
                    : "the API server gives no answer to what would show that it calls the"
                        + " webhooks no more; the manager was left as it is",
                called
                    ? "Look who writes the webhook configurations (metadata.managedFields): a"
                        + " GitOps tool or a second installer. Stop it and run again."
                    : "Look why the API server is so slow with a Pod in dry run, and who writes"
                        + " the webhook configurations (metadata.managedFields). Then run again.")
            .about(
                survey.live().ownConfigurations().stream()
                    .map(Manifest::ref)
                    .findFirst()
                    .orElse(null))
            .seen(List.of(answer.text())));
  }
}
