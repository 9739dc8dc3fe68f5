package io.github.kruiseinstaller.testkit.internal.network;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/**
 * One key for whatever name is asked for. Held as it is: a key store would encrypt it first, which
 * takes a tenth of a second for every server.
 */
public final class ServerIdentity extends X509ExtendedKeyManager {
  private static final String ALIAS = "server";

  private final HeldCertificate held;

  private ServerIdentity(HeldCertificate held) {
    this.held = held;
  }

  /** A context for servers with that identity; it asks clients for no certificate. */
  static SSLContext context(HeldCertificate held) {
    return context(held, new TrustManager[0]);
  }

  /** A context for servers with that identity; it judges clients' certificates as told. */
  public static SSLContext context(HeldCertificate held, TrustManager... clients) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {new ServerIdentity(held)}, clients, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return keyType.equals(held.keyPair().getPrivate().getAlgorithm()) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return keyType.equals(held.keyPair().getPrivate().getAlgorithm()) ? ALIAS : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return new X509Certificate[] {held.certificate()};
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return held.keyPair().getPrivate();
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }
}
