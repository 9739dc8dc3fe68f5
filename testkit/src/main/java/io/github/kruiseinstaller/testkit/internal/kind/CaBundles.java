package io.github.kruiseinstaller.testkit.internal.kind;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bundles of CA certificates, as webhooks have them. */
public final class CaBundles {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private CaBundles() {}

  /**
   * Why a bundle cannot be used.
   *
   * @param base64 as {@code caBundle} holds it
   * @return nothing when at least one certificate can be read, or when it is empty
   */
  public static Optional<String> problem(String base64) {
    String text = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return read(text).map(why -> "unable to load root certificates: " + why);
  }

  private static Optional<String> read(String text) {
    Matcher blocks = BLOCK.matcher(text);
    int end = 0;
    Optional<String> first = Optional.empty();
    while (blocks.find()) {
      end = blocks.end();
      if (blocks.group(1).equals("CERTIFICATE")) {
        if (isCertificate(blocks.group())) {
          return Optional.empty();
        }
        first = first.isPresent() ? first : Optional.of(malformed());
      }
    }
    if (first.isPresent()) {
      return first;
    }
    boolean rest = text.length() > end;
    return Optional.of(
        end == 0 || rest
            ? "unable to parse bytes as PEM block"
            : "no valid certificate authority data seen");
  }

  private static String malformed() {
    return "failed to parse certificate: x509: malformed certificate";
  }

  private static boolean isCertificate(String block) {
    try {
      byte[] bytes = block.getBytes(StandardCharsets.US_ASCII);
      CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }
}
