package io.github.kruiseinstaller.testkit.internal.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Texts of kubeconfig files. */
public final class Kubeconfig {
  private Kubeconfig() {}

  /** For a user with a token. */
  public static String withToken(String server, String caPem, String user, String token) {
    return text(server, caPem, user, "    token: \"" + token + "\"\n");
  }

  /** For a user with a certificate. */
  public static String withCertificate(
      String server, String caPem, String user, ClientCertificate certificate) {
    return text(
        server,
        caPem,
        user,
        "    client-certificate-data: "
            + base64(certificate.certificatePem())
            + "\n    client-key-data: "
            + base64(certificate.keyPem())
            + "\n");
  }

  private static String text(String server, String caPem, String user, String credentials) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: testkit
      cluster:
        server: %s
        certificate-authority-data: %s
    users:
    - name: "%3$s"
      user:
    %4$scontexts:
    - name: testkit
      context:
        cluster: testkit
        user: "%3$s"
        namespace: default
    current-context: testkit
    """
        .formatted(server, base64(caPem), user, credentials);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
