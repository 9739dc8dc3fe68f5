package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.webhook.Proof;
import io.github.kruiseinstaller.internal.webhook.ProofRequest;
import io.github.kruiseinstaller.internal.webhook.ProofResult;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.release.Release;
import java.security.SecureRandom;
import java.util.concurrent.Future;

/** Shows through the API server itself that the manager answers over trusted TLS. */
public final class ProveStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.PROVE;
  }

  @Override
  public void run(StageContext context) {
    Workers workers = context.environment().workers();
    Future<String> authority =
        workers.start(() -> ManagerCertificate.read(context).caBundleBase64());
    Proof.deleteLeftOvers(context.cluster())
        .forEach(leftOver -> context.note("deleted " + leftOver + " of a killed run"));
    Release release = context.release();
    ProofResult result =
        new Proof(
                context.cluster(),
                context.environment().cleanup(),
                context.environment().control(),
                new SecureRandom())
            .run(
                new ProofRequest(
                    context.environment().runId(),
                    release.namespace(),
                    release.webhookConfigurations(),
                    workers.join(authority),
                    context.environment().proofs()),
                (answer, passed, needed) ->
                    context.tell(new InstallEvent.Proving(answer, passed, needed)));
    context.waited(result.waited());
    result.answers().forEach(context::note);
    result.notes().forEach(context::note);
  }
}
