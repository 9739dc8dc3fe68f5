package io.github.kruiseinstaller.internal.cluster;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import okhttp3.Authenticator;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy-url of a kubeconfig or a variable such as HTTPS_PROXY says. User name and password
 * are for HTTP proxies: Java takes those of SOCKS from a setting of the whole process.
 *
 * @param proxy where it is
 * @param authorization what an HTTP proxy is told when it asks who we are, or null
 */
record ProxyUrl(Proxy proxy, @Nullable String authorization) {
  private static final String AUTHORIZATION = "Proxy-Authorization";
  private static final int HTTP_PORT = 80;
  private static final int SOCKS_PORT = 1080;

  /**
   * Reads it.
   *
   * @param name where it stands, for messages
   * @throws IllegalArgumentException when it cannot be used; quotes nothing, as it may hold a
   *     password
   */
  static ProxyUrl parse(String name, String text) {
    int end = text.indexOf("://");
    String scheme = end < 0 ? "" : text.substring(0, end).toLowerCase(Locale.ROOT);
    boolean socks = scheme.startsWith("socks5");
    if (!(socks || scheme.equals("http"))) {
      throw new IllegalArgumentException(name + " is neither http:// nor socks5://");
    }
    HttpUrl url = HttpUrl.parse("http" + text.substring(end));
    HttpUrl other = HttpUrl.parse("https" + text.substring(end));
    if (url == null || other == null) {
      throw new IllegalArgumentException(
          name + " cannot be read; percent-encode what is special in its user name and password");
    }
    // Without a port each scheme has its own.
    int port = url.port() == other.port() ? url.port() : socks ? SOCKS_PORT : HTTP_PORT;
    InetSocketAddress address = InetSocketAddress.createUnresolved(url.host(), port);
    boolean named = !url.username().isEmpty() || !url.password().isEmpty();
    return new ProxyUrl(
        new Proxy(socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP, address),
        named && !socks
            ? Credentials.basic(url.username(), url.password(), StandardCharsets.UTF_8)
            : null);
  }

  /** The same client by way of this proxy. */
  OkHttpClient on(OkHttpClient client) {
    OkHttpClient.Builder builder = client.newBuilder().proxy(proxy);
    if (authorization != null) {
      builder.proxyAuthenticator(telling(authorization));
    }
    return builder.build();
  }

  /** Tells it once: a proxy that does not take it would be told for ever. */
  private static Authenticator telling(String authorization) {
    return (route, response) ->
        response.request().header(AUTHORIZATION) != null
            ? null
            : response.request().newBuilder().header(AUTHORIZATION, authorization).build();
  }

  /** The address only. */
  @Override
  public String toString() {
    return proxy.toString();
  }
}
