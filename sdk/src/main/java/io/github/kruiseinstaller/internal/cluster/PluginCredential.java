package io.github.kruiseinstaller.internal.cluster;

import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What a credential plugin gave: a token, a client certificate, or both.
 *
 * @param token the token, or null
 * @param keys the client certificate with its key, or null
 */
record PluginCredential(@Nullable String token, @Nullable X509KeyManager keys) {
  /** Nothing of it: it is secret. */
  @Override
  public String toString() {
    return "the credential of a plugin";
  }
}
