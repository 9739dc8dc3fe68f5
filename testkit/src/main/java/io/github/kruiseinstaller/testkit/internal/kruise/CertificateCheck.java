package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.network.Certificates.Identity;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import okhttp3.tls.Certificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/**
 * Whether certificates can be served with. Keys are understood in PKCS #8 only; others count as
 * unusable. Remembers whose signatures were right: trying them takes as long as a handshake, and
 * every replica looks at the same certificates again and again. Thread-safe.
 */
final class CertificateCheck {
  private static final int DNS_NAME = 2;
  private static final int REMEMBERED = 50;

  private final Map<Signed, Boolean> known = new LinkedHashMap<>();

  /**
   * What does not change with time.
   *
   * @param identity certificate and key of a server
   * @param authorityPem who is said to have signed it
   */
  private record Signed(Identity identity, String authorityPem) {}

  /**
   * Whether key and certificate belong together and are trusted by whoever trusts the authority.
   *
   * @param host a name in the certificate; empty: any
   * @param at when
   */
  boolean usable(Identity identity, String authorityPem, String host, Instant at) {
    if (identity.keyPem().isEmpty()
        || identity.certificatePem().isEmpty()
        || authorityPem.isEmpty()) {
      return false;
    }
    try {
      HeldCertificate held =
          HeldCertificate.decode(identity.certificatePem() + "\n" + identity.keyPem());
      X509Certificate authority = Certificates.decodeCertificatePem(authorityPem);
      X509Certificate certificate = held.certificate();
      authority.checkValidity(Date.from(at));
      certificate.checkValidity(Date.from(at));
      return (host.isEmpty() || names(certificate, host))
          && isSigned(new Signed(identity, authorityPem), held, authority);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  static Instant inSixMonths(Instant now) {
    return now.atOffset(ZoneOffset.UTC).plusMonths(6).toInstant();
  }

  static Instant inOneYear(Instant now) {
    return now.atOffset(ZoneOffset.UTC).plusYears(1).toInstant();
  }

  private synchronized boolean isSigned(
      Signed signed, HeldCertificate held, X509Certificate authority) {
    Boolean before = known.get(signed);
    if (before != null) {
      return before;
    }
    boolean right;
    try {
      held.certificate().verify(authority.getPublicKey());
      right = belong(held.keyPair().getPrivate(), held.certificate());
    } catch (GeneralSecurityException e) {
      right = false;
    }
    if (known.size() >= REMEMBERED) {
      known.clear();
    }
    known.put(signed, right);
    return right;
  }

  private static boolean belong(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    String algorithm = "SHA256with" + (key.getAlgorithm().equals("EC") ? "ECDSA" : "RSA");
    byte[] text = {1, 2, 3};
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(text);
    Signature verifying = Signature.getInstance(algorithm);
    verifying.initVerify(certificate.getPublicKey());
    verifying.update(text);
    return verifying.verify(signing.sign());
  }

  private static boolean names(X509Certificate certificate, String host)
      throws CertificateParsingException {
    @Nullable Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names != null
        && names.stream()
            .filter(name -> Integer.valueOf(DNS_NAME).equals(name.get(0)))
            .anyMatch(
                name ->
                    String.valueOf(name.get(1))
                        .toLowerCase(Locale.ROOT)
                        .equals(host.toLowerCase(Locale.ROOT)));
  }
}
