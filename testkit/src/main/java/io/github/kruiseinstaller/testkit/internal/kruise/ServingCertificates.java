package io.github.kruiseinstaller.testkit.internal.kruise;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.network.Certificates;
import io.github.kruiseinstaller.testkit.internal.network.Certificates.Identity;
import io.github.kruiseinstaller.testkit.internal.network.Certificates.Validity;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * What a manager serves with, in PEM; empty where there is nothing.
 *
 * @param caKey the authority's key
 * @param ca the authority's certificate, byte for byte as it is in the Secret
 * @param key the server's key
 * @param certificate the server's certificate
 */
record ServingCertificates(String caKey, String ca, String key, String certificate) {
  private static final String AUTHORITY = "webhook-cert-ca";

  /** Those in a Secret that the manager keeps itself. */
  static ServingCertificates own(ObjectNode secret) {
    return new ServingCertificates(
        value(secret, "ca-key.pem"),
        value(secret, "ca-cert.pem"),
        value(secret, "key.pem"),
        value(secret, "cert.pem"));
  }

  /** Those in a Secret that somebody else keeps. */
  static ServingCertificates external(ObjectNode secret) {
    return new ServingCertificates(
        value(secret, "ca.key"),
        value(secret, "ca.crt"),
        value(secret, "tls.key"),
        value(secret, "tls.crt"));
  }

  /** New ones for a host, by the authority of these if that is usable for another year. */
  ServingCertificates renewed(String host, Instant now, CertificateCheck check) {
    Validity validity = Validity.tenYears(now);
    boolean usable = check.usable(new Identity(ca, caKey), ca, "", CertificateCheck.inOneYear(now));
    Certificates authority =
        usable
            ? Certificates.of(new Identity(ca, caKey))
            : Certificates.authority(AUTHORITY, validity);
    Identity server = authority.issue(List.of(host, "localhost"), validity);
    return new ServingCertificates(
        authority.authority().keyPem(),
        usable ? ca : authority.caPem(),
        server.keyPem(),
        server.certificatePem());
  }

  /** Whether a client that trusts the authority can talk to the host, and still in six months. */
  boolean validFor(String host, Instant now, CertificateCheck check) {
    return check.usable(identity(), ca, host, CertificateCheck.inSixMonths(now));
  }

  /** Certificate and key of the server. */
  Identity identity() {
    return new Identity(certificate, key);
  }

  /** The authority's certificate as it stands in a {@code caBundle}. */
  String caBundle() {
    return encoded(ca);
  }

  /** Puts them into a Secret. */
  void writeTo(ObjectNode secret) {
    secret
        .putObject("data")
        .put("ca-key.pem", encoded(caKey))
        .put("ca-cert.pem", encoded(ca))
        .put("key.pem", encoded(key))
        .put("tls.key", encoded(key))
        .put("cert.pem", encoded(certificate))
        .put("tls.crt", encoded(certificate));
  }

  private static String value(ObjectNode secret, String key) {
    String encoded = Nodes.textOrEmpty(secret, "data", key);
    return new String(Base64.getMimeDecoder().decode(encoded), ISO_8859_1);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(ISO_8859_1));
  }

  /** Nothing of the keys. */
  @Override
  public String toString() {
    return "ServingCertificates[" + (certificate.isEmpty() ? "none" : "present") + "]";
  }
}
