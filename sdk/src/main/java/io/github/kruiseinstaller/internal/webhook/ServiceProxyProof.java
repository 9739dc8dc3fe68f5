package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The weaker check for callers who may not create temporary webhook configurations: the manager's
 * health through the Service proxy. It goes the API server's way to the Service, and proves neither
 * that the API server trusts the certificate nor that the webhook paths are served.
 */
final class ServiceProxyProof {
  /** What the manager's webhook server answers beside the webhooks. */
  static final String HEALTH = "/healthz";

  private static final int HTTPS = 443;
  private static final Duration WAIT = Duration.ofMillis(500);
  private final Cluster cluster;
  private final RunControl control;

  ServiceProxyProof(Cluster cluster, RunControl control) {
    this.cluster = cluster;
    this.control = control;
  }

  /**
   * Asks until it works or the deadline passes.
   *
   * @param client the clientConfig of one of the release's webhooks
   * @param why why the stronger proof was not possible
   */
  ProofResult run(Map<String, @Nullable Object> client, ProofProgress progress, String why) {
    ObjectRef service = service(client);
    int port = (int) Trees.number(HTTPS, client, "service", "port");
    while (!progress.isComplete()) {
      control.cancellation().check();
      try {
        cluster.proxy(service, port, HEALTH);
        progress.passed();
      } catch (ClusterException e) {
        boolean forbidden = e.status() == 403;
        progress.missed(forbidden ? ProofAnswer.FORBIDDEN : ofProxy(e), e.answer().message());
        if (forbidden || control.deadline().passed()) {
          throw failure(service, progress, why);
        }
        control.sleep(WAIT);
      }
    }
    return progress.result(
        ProofResult.Strength.SERVICE_PROXY,
        List.of(
            "weaker proof, through the Service proxy only: the caller may not make the probe ("
                + why
                + ")"));
  }

  static ObjectRef service(Map<String, @Nullable Object> client) {
    return ObjectRef.namespaced(
        "v1",
        "Service",
        Objects.requireNonNullElse(Trees.text(client, "service", "namespace"), "default"),
        Objects.requireNonNullElse(Trees.text(client, "service", "name"), "unknown"));
  }

  private static ProofAnswer ofProxy(ClusterException e) {
    return switch (e.status()) {
      case 404 -> ProofAnswer.SERVICE_NOT_FOUND;
      case 503 ->
          e.answer().message().contains("no endpoints")
              ? ProofAnswer.NO_ENDPOINTS
              : ProofAnswer.UNREACHABLE;
      case 504 -> ProofAnswer.TIMED_OUT;
      default -> ProofAnswer.UNKNOWN;
    };
  }

  private static InstallException failure(ObjectRef service, ProofProgress progress, String why) {
    return new InstallException(
        Failure.of(
                FailureCode.PROOF_FAILED,
                "it could not be shown that the API server reaches the manager, not even through"
                    + " the Service proxy: "
                    + progress.last().text()
                    + "; nothing was armed",
                progress.last() == ProofAnswer.FORBIDDEN
                    ? ProofAnswer.FORBIDDEN.remedy()
                        + " Or grant get on services/proxy for the weaker proof."
                    : progress.last().remedy())
            .in(Stage.PROVE)
            .about(service)
            .seen(
                Stream.concat(Stream.of("the stronger proof: " + why), progress.evidence().stream())
                    .toList()));
  }
}
