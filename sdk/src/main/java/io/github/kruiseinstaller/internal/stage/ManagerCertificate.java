package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.webhook.CertificateAuthority;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;

/** The CA of the certificate that the manager serves with, from its Secret. */
final class ManagerCertificate {
  private ManagerCertificate() {}

  static CertificateAuthority read(StageContext context) {
    Release release = context.release();
    ObjectRef ref =
        ObjectRef.namespaced("v1", "Secret", release.namespace(), release.certificateSecretName());
    Manifest secret =
        context
            .cluster()
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
    return CertificateAuthority.read(
        secret,
        release.webhookService().name(),
        release.namespace(),
        context.environment().control().time().now());
  }
}
