package io.github.kruiseinstaller.release;

import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How an official chart is fetched. Immutable.
 *
 * @param cacheDirectory where archives are kept; by default {@code kruise-installer} in the user's
 *     cache folder ({@code $XDG_CACHE_HOME} or {@code ~/.cache}, {@code ~/Library/Caches} on macOS,
 *     {@code %LOCALAPPDATA%} on Windows; {@code ~} is {@code $HOME}, as for kubectl, else what Java
 *     has for the user's), or in the folder for temporary files where a user has none. Several
 *     programs may share it
 * @param baseUri the address under which {@code kruise-VERSION/kruise-VERSION.tgz} is found; by
 *     default the project's releases on GitHub. A mirror is as good: digests are checked. It is
 *     shown in messages, so it may have neither user nor password, query or fragment; a mirror that
 *     asks for a password is given the one of {@link java.net.Authenticator#setDefault}
 * @param proxy finds the proxy for an address; null asks the JVM's default, which knows {@code
 *     https.proxyHost}
 * @param timeout how long the whole download may take; 60 seconds by default
 */
public record DownloadOptions(
    Path cacheDirectory, URI baseUri, @Nullable ProxySelector proxy, Duration timeout) {
  private static final URI RELEASES =
      URI.create("https://github.com/openkruise/charts/releases/download/");
  private static final String FOLDER = "kruise-installer";

  /**
   * Refuses impossible values.
   *
   * @throws IllegalArgumentException when the timeout is not positive, or the address is neither
   *     http nor https or has a user, a query or a fragment, which are not quoted
   */
  public DownloadOptions {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be positive: " + timeout);
    }
    String scheme = baseUri.getScheme();
    if (!"https".equalsIgnoreCase(scheme) && !"http".equalsIgnoreCase(scheme)) {
      throw new IllegalArgumentException("baseUri must be http or https, not " + scheme);
    }
    // A host that is none by the rules, as with an underscore, hides the user from getUserInfo.
    String authority = baseUri.getRawAuthority();
    boolean hasUser = authority != null && authority.contains("@");
    if (hasUser || baseUri.getRawQuery() != null || baseUri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "baseUri must have neither user nor password, query or fragment, because it is shown in"
              + " messages: set a password with java.net.Authenticator.setDefault, name a mirror"
              + " or proxy that needs none, or put the archive into the cache folder by hand");
    }
  }

  /** From the project's releases, into the user's cache folder, within 60 seconds. */
  public static DownloadOptions defaults() {
    Path cache =
        userCache(
            System.getProperty("os.name", ""), System.getProperty("user.home", ""), System::getenv);
    return new DownloadOptions(cache.resolve(FOLDER), RELEASES, null, Duration.ofSeconds(60));
  }

  /** These options with another folder for archives. */
  public DownloadOptions withCacheDirectory(Path newCacheDirectory) {
    return new DownloadOptions(newCacheDirectory, baseUri, proxy, timeout);
  }

  /** These options with another address, such as that of a mirror. */
  public DownloadOptions withBaseUri(URI newBaseUri) {
    return new DownloadOptions(cacheDirectory, newBaseUri, proxy, timeout);
  }

  /** These options with a proxy of their own. */
  public DownloadOptions withProxy(ProxySelector newProxy) {
    return new DownloadOptions(cacheDirectory, baseUri, newProxy, timeout);
  }

  /** These options with another timeout. */
  public DownloadOptions withTimeout(Duration newTimeout) {
    return new DownloadOptions(cacheDirectory, baseUri, proxy, newTimeout);
  }

  static Path userCache(
      String operatingSystem, String userHome, UnaryOperator<@Nullable String> environment) {
    String system = operatingSystem.toLowerCase(Locale.ROOT);
    boolean windows = system.startsWith("windows");
    boolean mac = system.contains("mac");
    String configured = mac ? null : environment.apply(windows ? "LOCALAPPDATA" : "XDG_CACHE_HOME");
    // A container may have a HOME beside the folder that the system has for its user, or none.
    String home = windows ? null : environment.apply("HOME");
    return absolute(configured)
        .or(
            () ->
                absolute(home)
                    .or(() -> absolute(userHome))
                    .map(found -> cache(found, mac, windows)))
        .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir")));
  }

  private static Path cache(Path home, boolean mac, boolean windows) {
    if (mac) {
      return home.resolve(Path.of("Library", "Caches"));
    }
    return windows ? home.resolve(Path.of("AppData", "Local")) : home.resolve(".cache");
  }

  private static Optional<Path> absolute(@Nullable String path) {
    return Optional.ofNullable(path).map(Path::of).filter(Path::isAbsolute);
  }
}
