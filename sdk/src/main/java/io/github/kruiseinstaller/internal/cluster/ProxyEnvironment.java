package io.github.kruiseinstaller.internal.cluster;

import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Which proxy the environment names for a server, by the rules of kubectl: HTTPS_PROXY and
 * HTTP_PROXY by the scheme of the server, unless it is this machine or NO_PROXY names it; upper
 * case goes before lower case. A proxy without a scheme is an HTTP one.
 */
final class ProxyEnvironment {
  private final Function<String, @Nullable String> environment;

  ProxyEnvironment(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /**
   * The proxy on the way to a server, or null.
   *
   * @throws IllegalArgumentException when it is one that cannot be used; quotes nothing of it, as
   *     it may hold a password
   */
  @Nullable ProxyUrl proxyTo(HttpUrl server) {
    String name = server.isHttps() ? "HTTPS_PROXY" : "HTTP_PROXY";
    // A web server hands the header Proxy of a request to its CGI programs as HTTP_PROXY.
    boolean anybodys = !server.isHttps() && !value("REQUEST_METHOD").isEmpty();
    String proxy = anybodys ? "" : either(name);
    if (proxy.isEmpty()
        || new ProxyExceptions(either("NO_PROXY")).cover(server.host(), server.port())) {
      return null;
    }
    return ProxyUrl.parse(name, proxy.contains("://") ? proxy : "http://" + proxy);
  }

  private String either(String name) {
    String upper = value(name);
    return upper.isEmpty() ? value(name.toLowerCase(Locale.ROOT)) : upper;
  }

  private String value(String name) {
    return Objects.requireNonNullElse(environment.apply(name), "").strip();
  }
}
