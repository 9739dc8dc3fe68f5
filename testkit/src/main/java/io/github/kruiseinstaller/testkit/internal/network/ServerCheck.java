package io.github.kruiseinstaller.testkit.internal.network;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Checks a server's certificate as Go does, in Go's order, so that of several faults the same one
 * is told: time, then name, then who signed it.
 */
final class ServerCheck extends X509ExtendedTrustManager {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_USAGE = "2.5.29.37.0";

  private final List<X509Certificate> roots;
  private final String host;
  private final InstantSource clock;

  ServerCheck(List<X509Certificate> roots, String host, InstantSource clock) {
    this.roots = List.copyOf(roots);
    this.host = host;
    this.clock = clock;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    X509Certificate leaf = chain[0];
    checkTime(leaf, clock.instant());
    HostNames.check(leaf, host);
    if (!roots.contains(leaf)) {
      new ChainSearch(roots, List.of(chain).subList(1, chain.length), clock.instant()).check(leaf);
    }
    List<String> usages = leaf.getExtendedKeyUsage();
    if (usages != null && !usages.contains(SERVER_AUTH) && !usages.contains(ANY_USAGE)) {
      throw new DistrustException("certificate specifies an incompatible key usage");
    }
  }

  static void checkTime(X509Certificate certificate, Instant now) throws DistrustException {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    boolean early = now.isBefore(from);
    if (early || now.isAfter(until)) {
      throw new DistrustException(
          "certificate has expired or is not yet valid: current time "
              + now.truncatedTo(ChronoUnit.SECONDS)
              + (early ? " is before " + from : " is after " + until));
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("no server here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return roots.toArray(new X509Certificate[0]);
  }
}
