package io.github.kruiseinstaller.internal.cluster;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** The client certificate of a credential plugin, which is not there when the client is built. */
final class PluginKeys extends X509ExtendedKeyManager {
  private final Supplier<@Nullable X509KeyManager> given;

  /**
   * Asks at every handshake.
   *
   * @param given what the plugin gave, or null as long as that is no certificate
   */
  PluginKeys(Supplier<@Nullable X509KeyManager> given) {
    this.given = given;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
    X509KeyManager keys = given.get();
    return keys == null ? null : keys.getClientAliases(keyType, issuers);
  }

  @Override
  public @Nullable String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
    X509KeyManager keys = given.get();
    return keys == null ? null : keys.chooseClientAlias(keyType, issuers, socket);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    X509KeyManager keys = given.get();
    return keys == null ? null : keys.getCertificateChain(alias);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    X509KeyManager keys = given.get();
    return keys == null ? null : keys.getPrivateKey(alias);
  }
}
