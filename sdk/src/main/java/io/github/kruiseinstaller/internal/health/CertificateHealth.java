package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.webhook.AcceptanceFinding;
import io.github.kruiseinstaller.internal.webhook.CertificateAuthority;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Secret, configurations and what the manager serves agree, for long enough. */
final class CertificateHealth implements HealthCheck {
  static final String CHAIN = "certificate-chain";
  static final String EXPIRY = "certificate-expiry";
  static final String TRUST = "certificate-trust";
  static final String SERVED = "certificate-served";

  private static final Duration SOON = Duration.ofDays(30);
  private static final Pattern UNTRUSTED = Pattern.compile("x509:|tls:|certificate");

  @Override
  public List<Finding> judge(HealthScene scene) {
    List<Finding> findings = new ArrayList<>();
    Optional<CertificateAuthority> authority = chain(scene, findings);
    authority.ifPresentOrElse(
        found -> {
          findings.add(Finding.of(expiry(found.servingCertificateEnds(), scene.now())));
          findings.add(Finding.of(trust(scene.live(), found)));
        },
        () -> {
          String why = "the Secret tells no certificate";
          findings.add(Finding.of(Check.skipped(EXPIRY, CheckCategory.CERTIFICATES, why)));
          findings.add(Finding.of(Check.skipped(TRUST, CheckCategory.CERTIFICATES, why)));
        });
    findings.add(Finding.of(served(scene)));
    return findings;
  }

  private static Optional<CertificateAuthority> chain(HealthScene scene, List<Finding> findings) {
    LiveInstallation live = scene.live();
    if (!live.certificates().isSeen()) {
      findings.add(
          Finding.unseen(
              CHAIN, CheckCategory.CERTIFICATES, "the certificate Secret", live.certificates()));
      return Optional.empty();
    }
    Optional<Manifest> secret = live.certificates().orElse(Optional.empty());
    if (secret.isEmpty()) {
      findings.add(
          Finding.of(
              Check.fail(
                  CHAIN,
                  CheckCategory.CERTIFICATES,
                  "the certificate Secret does not exist",
                  "Restart the manager, which makes its certificates anew; with external"
                      + " certificates, find out why they are not issued.")));
      return Optional.empty();
    }
    try {
      CertificateAuthority authority =
          CertificateAuthority.read(
              secret.get(), live.location().service(), live.location().namespace(), scene.now());
      findings.add(
          Finding.of(
              Check.pass(
                      CHAIN,
                      CheckCategory.CERTIFICATES,
                      "the certificate is signed by the CA of the Secret, and is for the webhook"
                          + " Service")
                  .about(secret.get().ref())));
      return Optional.of(authority);
    } catch (InstallException e) {
      Failure failure = e.failure();
      findings.add(
          Finding.of(
              Check.fail(CHAIN, CheckCategory.CERTIFICATES, failure.message(), failure.remedy())
                  .about(failure.object())
                  .seen(failure.evidence())));
      return Optional.empty();
    }
  }

  private static Check expiry(Instant ends, Instant now) {
    long days = ChronoUnit.DAYS.between(now, ends);
    return ends.isBefore(now.plus(SOON))
        ? Check.warn(
            EXPIRY,
            CheckCategory.CERTIFICATES,
            "the manager's certificate ends in " + days + " days, on " + ends,
            "The manager renews its own certificates half a year before they end: restart it."
                + " External ones, have renewed by whoever issues them.")
        : Check.pass(
            EXPIRY,
            CheckCategory.CERTIFICATES,
            "the manager's certificate is valid for " + days + " more days");
  }

  private static Check trust(LiveInstallation live, CertificateAuthority authority) {
    if (live.armed().isEmpty()) {
      return Check.skipped(
          TRUST, CheckCategory.CERTIFICATES, "no webhook is armed that the API server would call");
    }
    List<String> wrong = new ArrayList<>();
    for (Manifest configuration : live.armed()) {
      List<String> webhooks =
          WebhookConfigurations.untrusted(configuration, authority.caBundleBase64());
      if (!webhooks.isEmpty()) {
        wrong.add(configuration.ref() + ": " + webhooks);
      }
    }
    return wrong.isEmpty()
        ? Check.pass(
            TRUST,
            CheckCategory.CERTIFICATES,
            "the webhook configurations trust the CA of the Secret")
        : Check.fail(
                TRUST,
                CheckCategory.CERTIFICATES,
                "webhook configurations trust another CA than that of the Secret",
                "Find out what writes caBundle (YAML that is applied again and again?); restart the"
                    + " manager, which puts its own in, or repair().")
            .seen(wrong);
  }

  private static Check served(HealthScene scene) {
    for (AcceptanceFinding finding : scene.answers().orElse(List.of())) {
      boolean untrusted =
          finding.answer() == AcceptanceFinding.Answer.WRONG
              && finding.evidence().stream().anyMatch(UNTRUSTED.asPredicate());
      if (untrusted) {
        return Check.fail(
                SERVED,
                CheckCategory.CERTIFICATES,
                "the API server does not trust the certificate that the manager serves",
                "Restart the manager, so that it serves what is in the Secret; look for a proxy in"
                    + " between.")
            .seen(finding.evidence());
      }
    }
    return scene.isProved()
        ? Check.pass(
            SERVED,
            CheckCategory.CERTIFICATES,
            "the API server trusts the certificate that the manager serves")
        : Check.skipped(
            SERVED, CheckCategory.CERTIFICATES, "the API server was not seen to reach the manager");
  }
}
