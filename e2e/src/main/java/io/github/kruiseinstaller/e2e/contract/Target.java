package io.github.kruiseinstaller.e2e.contract;

import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * An API server to ask, as somebody who may do everything.
 *
 * @param server its address
 * @param caPem the certificates that it is trusted by
 * @param token the bearer token
 */
public record Target(String server, String caPem, String token) {
  /** The server of a kubeconfig's current context, which has to name a CA and a token. */
  public static Target of(Path kubeconfig) {
    try (Reader reader = Files.newBufferedReader(kubeconfig)) {
      KubeConfig config = KubeConfig.loadKubeConfig(reader);
      config.setFile(kubeconfig.toFile());
      byte[] authority =
          config.getDataOrFileRelative(
              config.getCertificateAuthorityData(), config.getCertificateAuthorityFile());
      return new Target(
          config.getServer(),
          new String(authority, StandardCharsets.UTF_8),
          Objects.requireNonNull(config.getCredentials().get(KubeConfig.CRED_TOKEN_KEY)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read kubeconfig " + kubeconfig, e);
    }
  }

  /** The server of the file that {@code KUBECONFIG} names. */
  static Target ofEnvironment() {
    String kubeconfig = System.getenv("KUBECONFIG");
    if (kubeconfig == null || kubeconfig.isBlank()) {
      throw new IllegalStateException("KUBECONFIG names no cluster");
    }
    return of(Path.of(kubeconfig));
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "Target[" + server + "]";
  }
}
