package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.webhook.CertificateAuthority;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.util.Optional;

/** The CA of the certificate that the manager serves with, from its Secret. */
final class ManagerCertificate {
  private ManagerCertificate() {}

  static CertificateAuthority read(StageContext context) {
    Release release = context.release();
    return CertificateAuthority.read(
        secret(context, context.cluster()),
        release.webhookService().name(),
        release.namespace(),
        context.environment().control().time().now());
  }

  /**
   * What is wrong with a certificate that others issue, so that a manager does not become Ready.
   * Empty when nothing is, and when the manager makes its own.
   */
  static Optional<Failure> externalFlaw(StageContext context, Cluster cluster) {
    Release release = context.release();
    if (release.certificateSecret().isPresent()) {
      return Optional.empty();
    }
    try {
      CertificateAuthority.readForStart(
          secret(context, cluster),
          release.webhookService().name(),
          release.namespace(),
          context.environment().control().time().now());
      return Optional.empty();
    } catch (InstallException e) {
      return Optional.of(e.failure());
    }
  }

  private static Manifest secret(StageContext context, Cluster cluster) {
    ObjectRef ref = context.release().certificateSecretRef();
    return cluster
        .get(ref)
        .orElseThrow(
            () ->
                new InstallException(
                    Failure.of(
                            FailureCode.CERTIFICATE_UNUSABLE,
                            ref + " does not exist, so nobody can trust the manager",
                            "With external certificates, create it before the installation;"
                                + " otherwise find out what deletes it, then run again.")
                        .about(ref)));
  }
}
