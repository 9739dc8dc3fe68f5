package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.webhook.CertificateAuthority;
import io.github.kruiseinstaller.internal.webhook.Proof;
import io.github.kruiseinstaller.internal.webhook.ProofRequest;
import io.github.kruiseinstaller.internal.webhook.ProofResult;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.release.Release;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

/** Shows through the API server itself that the manager answers over trusted TLS. */
public final class ProveStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.PROVE;
  }

  @Override
  public void run(StageContext context) {
    Release release = context.release();
    Workers workers = context.environment().workers();
    Future<List<ObjectRef>> leftOvers =
        workers.start(() -> Proof.deleteLeftOvers(context.cluster()));
    Future<Manifest> namespace = workers.start(() -> namespace(context));
    CertificateAuthority authority = ManagerCertificate.read(context);
    // Before ours comes to be: it would be taken for one of them.
    workers
        .join(leftOvers)
        .forEach(leftOver -> context.note("deleted " + leftOver + " of a killed run"));
    ProofResult result =
        new Proof(
                context.cluster(),
                context.environment().cleanup(),
                context.environment().control(),
                workers)
            .run(
                new ProofRequest(
                    context.environment().runId(),
                    workers.join(namespace),
                    release.webhookConfigurations(),
                    authority.caBundleBase64(),
                    context.environment().proofs()),
                (answer, passed, needed) ->
                    context.tell(new InstallEvent.Proving(answer, passed, needed)));
    context.waited(result.waited());
    result.answers().forEach(context::note);
    result.notes().forEach(context::note);
  }

  private static Manifest namespace(StageContext context) {
    ObjectRef ref = ObjectRef.cluster("v1", "Namespace", context.release().namespace());
    return context
        .cluster()
        .get(ref)
        .orElseGet(
            () ->
                Manifest.of(
                    Map.of(
                        "apiVersion", "v1",
                        "kind", "Namespace",
                        "metadata", Map.of("name", ref.name()))));
  }
}
