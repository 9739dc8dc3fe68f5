package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.network.ServerIdentity;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import okhttp3.tls.HeldCertificate;

/** The cluster's own certificate authority, and the API server's certificate. Immutable. */
public final class ClusterAuthority {
  private final HeldCertificate root;
  private final HeldCertificate server;

  /** A new authority. */
  public ClusterAuthority() {
    root =
        new HeldCertificate.Builder()
            .commonName("kubernetes-ca")
            .certificateAuthority(0)
            .duration(365, TimeUnit.DAYS)
            .ecdsa256()
            .build();
    HeldCertificate.Builder builder =
        new HeldCertificate.Builder()
            .commonName("kube-apiserver")
            .duration(365, TimeUnit.DAYS)
            .ecdsa256()
            .signedBy(root);
    List.of(
            "127.0.0.1",
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "10.96.0.1")
        .forEach(builder::addSubjectAlternativeName);
    server = builder.build();
  }

  /** What clients must trust, as PEM. */
  public String pem() {
    return root.certificatePem();
  }

  /** What clients must trust. */
  public X509Certificate certificate() {
    return root.certificate();
  }

  /** A certificate with which a client shows who it is: CN is the user, each O a group. */
  public ClientCertificate issue(String user, List<String> groups) {
    Instant now = Instant.now();
    return ClientCertificate.issue(
        root, user, groups, now.minus(Duration.ofMinutes(5)), now.plus(Duration.ofDays(365)));
  }

  /** For the server's side of TLS. Client certificates are asked for and judged later. */
  SSLContext sslContext() {
    return ServerIdentity.context(server, new AnyClient(root.certificate()));
  }

  /** Lets every client certificate through the handshake: a bad one is answered with 401. */
  private static final class AnyClient extends X509ExtendedTrustManager {
    private final X509Certificate root;

    private AnyClient(X509Certificate root) {
      this.root = root;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[] {root};
    }
  }
}
