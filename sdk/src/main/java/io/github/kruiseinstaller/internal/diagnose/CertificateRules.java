package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.CertificateAuthority;
import io.github.kruiseinstaller.internal.webhook.CertificateAuthority.Flaw;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.Interception;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Trouble with the certificate Secret, and with what trusts it. */
final class CertificateRules {
  private static final Duration SOON = Duration.ofDays(30);

  /** Flaws of the Secret, which explain why what is served is not trusted. */
  static final Set<DiagnosisCode> FLAWS =
      Set.of(
          DiagnosisCode.CERTIFICATE_MISSING,
          DiagnosisCode.CERTIFICATE_UNREADABLE,
          DiagnosisCode.CERTIFICATE_EXPIRED,
          DiagnosisCode.CERTIFICATE_NAME_WRONG,
          DiagnosisCode.CERTIFICATE_NOT_SIGNED);

  private CertificateRules() {}

  static List<Finding> flawed(Evidence seen) {
    if (!seen.live().certificates().isSeen()) {
      return List.of();
    }
    if (seen.secret().isEmpty()) {
      return wasThere(seen)
          ? List.of(missing(seen, "there is no Secret with the manager's certificates"))
          : List.of();
    }
    Manifest secret = seen.secret().get();
    Optional<Flaw> flaw =
        seen.readyManagers().isEmpty()
            ? CertificateAuthority.flawAtStart(
                secret, seen.serviceRef().name(), seen.namespace(), seen.now())
            : CertificateAuthority.flaw(
                secret, seen.serviceRef().name(), seen.namespace(), seen.now());
    return flaw.map(each -> flawed(seen, secret, each)).orElse(List.of());
  }

  private static List<Finding> flawed(Evidence seen, Manifest secret, Flaw flaw) {
    DiagnosisCode code =
        switch (flaw.kind()) {
          case MISSING -> DiagnosisCode.CERTIFICATE_MISSING;
          case UNREADABLE -> DiagnosisCode.CERTIFICATE_UNREADABLE;
          case NOT_VALID -> DiagnosisCode.CERTIFICATE_EXPIRED;
          case NOT_SIGNED -> DiagnosisCode.CERTIFICATE_NOT_SIGNED;
          case WRONG_NAME -> DiagnosisCode.CERTIFICATE_NAME_WRONG;
        };
    if (code == DiagnosisCode.CERTIFICATE_MISSING) {
      // The chart brings it empty, and the manager fills it: before, nothing is wrong with that.
      return wasThere(seen)
          ? List.of(missing(seen, flaw.message()).seen(flaw.evidence()))
          : List.of();
    }
    return List.of(
        Finding.of(code, secret.ref(), flaw.message())
            .since(Moments.written(secret, "data"))
            .blocking(served(seen))
            .seen(flaw.evidence())
            .seen(seen.refusals()));
  }

  private static Finding missing(Evidence seen, String summary) {
    ObjectRef secret =
        seen.secret()
            .map(Manifest::ref)
            .orElseGet(
                () ->
                    ObjectRef.namespaced("v1", "Secret", seen.namespace(), "kruise-webhook-certs"));
    return Finding.of(DiagnosisCode.CERTIFICATE_MISSING, secret, summary)
        .blocking(served(seen))
        .seen(secret + (seen.secret().isPresent() ? " has no certificate" : " does not exist"))
        .seen(
            anyBundle(seen)
                ? "there was one: webhooks still carry a CA"
                : seen.readyManagers().size() + " Pods of the manager are Ready")
        .effectOf(ManagerRules.NAMESPACE);
  }

  static List<Finding> expiring(Evidence seen) {
    if (seen.secret().isEmpty()) {
      return List.of();
    }
    try {
      Instant end =
          CertificateAuthority.read(
                  seen.secret().get(), seen.serviceRef().name(), seen.namespace(), seen.now())
              .servingCertificateEnds();
      return end.isAfter(seen.now().plus(SOON))
          ? List.of()
          : List.of(
              Finding.of(
                      DiagnosisCode.CERTIFICATE_EXPIRING,
                      seen.secret().get().ref(),
                      "the manager's certificate expires at " + end)
                  .seen("the certificate in the Secret is valid until " + end));
    } catch (InstallException e) {
      // What is wrong with it is another rule's.
      return List.of();
    }
  }

  /** Configurations whose CA is not the Secret's. */
  static List<Finding> bundleStale(Evidence seen) {
    Optional<Manifest> secret =
        seen.secret()
            .filter(each -> CertificateAuthority.isBundle(CertificateAuthority.bundle(each)));
    List<Finding> found = new ArrayList<>();
    if (secret.isEmpty()) {
      return found;
    }
    for (Manifest configuration : seen.live().armed()) {
      List<String> stale =
          Evidence.only(List.of(configuration), entry -> isStale(entry, secret.get())).stream()
              .flatMap(each -> each.maps("webhooks").stream())
              .map(
                  entry ->
                      entry.get("name")
                          + (CertificateAuthority.isBundle(
                                  Trees.text(entry, "clientConfig", "caBundle"))
                              ? " trusts another CA"
                              : " trusts no CA"))
              .toList();
      if (!stale.isEmpty()) {
        found.add(
            Finding.of(
                    DiagnosisCode.CA_BUNDLE_STALE,
                    configuration.ref(),
                    stale.size()
                        + " of "
                        + configuration.list("webhooks").size()
                        + " webhooks of "
                        + configuration.name()
                        + " do not trust the CA in "
                        + secret.get().ref())
                .since(Moments.written(configuration, "webhooks"))
                // A manager that still serves what is trusted is not refused.
                .blocking(
                    seen.isUnanswered()
                        ? seen.rows(List.of(configuration), entry -> isStale(entry, secret.get()))
                        : List.of())
                .seen(stale.stream().limit(3).toList())
                .seen(seen.refusals()));
      }
    }
    return found;
  }

  private static boolean isStale(Map<String, @Nullable Object> entry, Manifest secret) {
    return !CertificateAuthority.trusts(Trees.text(entry, "clientConfig", "caBundle"), secret);
  }

  /** Whether there is a sign that the manager had certificates. */
  private static boolean wasThere(Evidence seen) {
    return !seen.readyManagers().isEmpty() || anyBundle(seen);
  }

  private static boolean anyBundle(Evidence seen) {
    LiveInstallation live = seen.live();
    return live.armed().stream()
        .flatMap(each -> each.maps("webhooks").stream())
        .anyMatch(
            entry -> CertificateAuthority.isBundle(Trees.text(entry, "clientConfig", "caBundle")));
  }

  /** What is refused when the manager serves what the Secret holds. */
  private static List<Interception> served(Evidence seen) {
    return seen.readyManagers().isEmpty() || seen.refusals().isEmpty()
        ? List.of()
        : seen.refusedNow();
  }
}
