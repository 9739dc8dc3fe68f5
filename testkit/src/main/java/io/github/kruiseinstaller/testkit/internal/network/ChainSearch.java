package io.github.kruiseinstaller.testkit.internal.network;

import io.github.kruiseinstaller.testkit.internal.patch.GoText;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks for a chain from a certificate to a trusted one, as Go does. Used once. */
final class ChainSearch {
  private static final int MAX_LENGTH = 5;

  private final List<X509Certificate> roots;
  private final List<X509Certificate> intermediates;
  private final Instant now;
  private @Nullable String hint;
  private @Nullable X509Certificate hinted;
  private @Nullable DistrustException invalid;

  ChainSearch(List<X509Certificate> roots, List<X509Certificate> intermediates, Instant now) {
    this.roots = roots;
    this.intermediates = intermediates;
    this.now = now;
  }

  /**
   * Searches.
   *
   * @throws DistrustException when there is no chain, with what came nearest to one
   */
  void check(X509Certificate certificate) throws DistrustException {
    if (reaches(certificate, 0)) {
      return;
    }
    if (invalid != null) {
      throw invalid;
    }
    throw new DistrustException("certificate signed by unknown authority" + hint());
  }

  private String hint() {
    return hint == null || hinted == null
        ? ""
        : " (possibly because of "
            + GoText.quote(hint)
            + " while trying to verify candidate authority certificate "
            + GoText.quote(DistinguishedName.label(hinted))
            + ")";
  }

  private boolean reaches(X509Certificate certificate, int depth) {
    for (X509Certificate root : roots) {
      if (signs(root, certificate)) {
        return true;
      }
    }
    if (depth < MAX_LENGTH) {
      for (X509Certificate between : intermediates) {
        if (!between.equals(certificate)
            && signs(between, certificate)
            && reaches(between, depth + 1)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean signs(X509Certificate parent, X509Certificate child) {
    if (!parent.getSubjectX500Principal().equals(child.getIssuerX500Principal())) {
      return false;
    }
    try {
      child.verify(parent.getPublicKey());
    } catch (GeneralSecurityException e) {
      remember(parent, verificationFailure(parent));
      return false;
    }
    try {
      ServerCheck.checkTime(parent, now);
      if (parent.getBasicConstraints() < 0) {
        throw new DistrustException("certificate is not authorized to sign other certificates");
      }
      return true;
    } catch (DistrustException e) {
      invalid = e;
      return false;
    }
  }

  private void remember(X509Certificate candidate, String failure) {
    if (hint == null) {
      hint = failure;
      hinted = candidate;
    }
  }

  private static String verificationFailure(X509Certificate parent) {
    return switch (parent.getPublicKey().getAlgorithm()) {
      case "RSA" -> "crypto/rsa: verification error";
      case "EC" -> "x509: ECDSA verification failure";
      default -> "x509: Ed25519 verification failure";
    };
  }
}
