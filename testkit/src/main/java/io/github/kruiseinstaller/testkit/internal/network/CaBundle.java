package io.github.kruiseinstaller.testkit.internal.network;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a bundle of trusted certificates as the API server's client does. */
final class CaBundle {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([^-\\n]+)-----\\s+([A-Za-z0-9+/=\\s]*?)\\s*-----END \\1-----");

  private CaBundle() {}

  /**
   * The certificates; none for an empty bundle.
   *
   * @throws WebhookFailure when there is something, but no certificate
   */
  static List<X509Certificate> parse(String pem) throws WebhookFailure {
    List<X509Certificate> certificates = new ArrayList<>();
    boolean anyBlock = false;
    boolean malformed = false;
    Matcher block = BLOCK.matcher(pem);
    while (block.find()) {
      anyBlock = true;
      if (!block.group(1).equals("CERTIFICATE")) {
        continue;
      }
      try {
        certificates.add(certificate(Base64.getMimeDecoder().decode(block.group(2))));
      } catch (CertificateException e) {
        malformed = true;
      }
    }
    if (certificates.isEmpty() && !pem.isEmpty()) {
      throw WebhookFailure.noClient(
          "unable to load root certificates: " + why(anyBlock, malformed));
    }
    return certificates;
  }

  private static String why(boolean anyBlock, boolean malformed) {
    if (!anyBlock) {
      return "unable to parse bytes as PEM block";
    }
    return malformed
        ? "failed to parse certificate: x509: malformed certificate"
        : "no valid certificate authority data seen";
  }

  private static X509Certificate certificate(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
