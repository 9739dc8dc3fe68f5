package io.github.kruiseinstaller.testkit.internal.network;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import okhttp3.tls.HeldCertificate;

/**
 * A certificate authority of one's own, and the server certificates that it signs; elliptic curve
 * keys, because they are made in no time. Immutable.
 */
public final class Certificates {
  private final HeldCertificate authority;

  private Certificates(HeldCertificate authority) {
    this.authority = authority;
  }

  /**
   * A certificate with its key, both in PEM.
   *
   * @param certificatePem the certificate
   * @param keyPem the private key, PKCS #8
   */
  public record Identity(String certificatePem, String keyPem) {
    HeldCertificate held() {
      return HeldCertificate.decode(certificatePem + "\n" + keyPem);
    }

    /** Nothing of the key. */
    @Override
    public String toString() {
      return "Identity[" + held().certificate().getSubjectX500Principal() + "]";
    }
  }

  /** From when to when a certificate is valid. */
  public record Validity(Instant from, Instant until) {
    /** Ten years from an hour before. */
    public static Validity tenYears(Instant now) {
      Instant from = now.minus(Duration.ofHours(1));
      return new Validity(from, from.plus(Duration.ofDays(3650)));
    }
  }

  /** A new authority of that name. */
  public static Certificates authority(String commonName, Validity validity) {
    return new Certificates(
        new HeldCertificate.Builder()
            .commonName(commonName)
            .certificateAuthority(0)
            .validityInterval(validity.from().toEpochMilli(), validity.until().toEpochMilli())
            .build());
  }

  /** An authority made earlier. */
  public static Certificates of(Identity authority) {
    return new Certificates(authority.held());
  }

  /** A server certificate with all names as subject alternative names, the first as subject. */
  public Identity issue(List<String> names, Validity validity) {
    HeldCertificate.Builder builder =
        new HeldCertificate.Builder()
            .commonName(names.get(0))
            .signedBy(authority)
            .validityInterval(validity.from().toEpochMilli(), validity.until().toEpochMilli());
    names.forEach(builder::addSubjectAlternativeName);
    HeldCertificate issued = builder.build();
    return new Identity(issued.certificatePem(), issued.privateKeyPkcs8Pem());
  }

  /** The authority's certificate in PEM. */
  public String caPem() {
    return authority.certificatePem();
  }

  /** The authority's certificate with its key. */
  public Identity authority() {
    return new Identity(authority.certificatePem(), authority.privateKeyPkcs8Pem());
  }

  /** Whether this authority's key signed a certificate in PEM. */
  public boolean signed(String certificatePem) {
    try {
      X509Certificate certificate = okhttp3.tls.Certificates.decodeCertificatePem(certificatePem);
      certificate.verify(authority.certificate().getPublicKey());
      return true;
    } catch (java.security.GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }
}
