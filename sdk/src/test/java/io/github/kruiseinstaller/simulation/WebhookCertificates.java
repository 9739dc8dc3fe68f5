package io.github.kruiseinstaller.simulation;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** What a manager's certificate Secret may hold: a CA, and a certificate for a name and a time. */
final class WebhookCertificates {
  static final String HOST = "kruise-webhook-service.kruise-system.svc";

  private static final Duration YEARS = Duration.ofDays(3650);

  private final Issued authority;

  private record Issued(X509Certificate certificate, KeyPair keys) {}

  private WebhookCertificates(Issued authority) {
    this.authority = authority;
  }

  /** A CA of its own. */
  static WebhookCertificates create() {
    return new WebhookCertificates(issue(null, List.of(), YEARS));
  }

  /** The CA as it stands in a caBundle. */
  String caBundle() {
    return base64(pem(authority.certificate()));
  }

  /** The data of the Secret with a certificate for {@code host} that ends {@code left} from now. */
  Map<String, Object> secretData(String host, Duration left) {
    return data(this, issue(authority, List.of(host), left));
  }

  /** The data of a Secret as others than the manager fill it. */
  Map<String, Object> externalData(String... hosts) {
    Map<String, Object> own = data(this, issue(authority, List.of(hosts), YEARS));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("ca.crt", caBundle());
    data.put("tls.crt", own.get("tls.crt"));
    data.put("tls.key", own.get("tls.key"));
    return data;
  }

  /** The same with this CA, and a certificate of another one. */
  Map<String, Object> secretDataSignedBy(WebhookCertificates other) {
    return data(this, issue(other.authority, List.of(HOST), YEARS));
  }

  private static Map<String, Object> data(WebhookCertificates ca, Issued serving) {
    String certificate = base64(pem(serving.certificate()));
    String key =
        base64(
            "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                    .encodeToString(serving.keys().getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n");
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("ca-cert.pem", ca.caBundle());
    data.put("ca-key.pem", key);
    data.put("cert.pem", certificate);
    data.put("key.pem", key);
    data.put("tls.crt", certificate);
    data.put("tls.key", key);
    return data;
  }

  private static Issued issue(Issued issuer, List<String> hosts, Duration left) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      KeyPair keys = generator.generateKeyPair();
      X500Name name = new X500Name("CN=" + (hosts.isEmpty() ? "test-ca" : "test-manager"));
      X500Name signer =
          issuer == null
              ? name
              : X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded());
      Instant end = Instant.now().plus(left);
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              signer,
              BigInteger.valueOf(System.identityHashCode(keys) + 1L),
              Date.from(end.minus(Duration.ofDays(4000))),
              Date.from(end),
              name,
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(hosts.isEmpty()));
      if (!hosts.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                hosts.stream()
                    .map(host -> new GeneralName(GeneralName.dNSName, host))
                    .toArray(GeneralName[]::new)));
      }
      KeyPair signing = issuer == null ? keys : issuer.keys();
      return new Issued(
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(signing.getPrivate()))),
          keys);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(X509Certificate certificate) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
