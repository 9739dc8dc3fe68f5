package io.github.kruiseinstaller.customize;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a container image, in parts.
 *
 * @param registry host with port, or null when the name begins with the path
 * @param path the path in the registry
 * @param version everything after the path: tag, digest or both, with their separators
 */
record ImageReference(@Nullable String registry, String path, String version) {
  private static final String HOST = "[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:[0-9]{1,5})?";
  private static final String COMPONENT = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*";
  private static final String PATH = COMPONENT + "(/" + COMPONENT + ")*";
  private static final Pattern WITH_VERSION =
      Pattern.compile(
          "(?<name>[^@]+?)(?<version>(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[a-f0-9]{64})?)");
  private static final Pattern REGISTRY = Pattern.compile(HOST + "(/" + PATH + ")?");
  private static final int MAX_NAME = 255;

  /** Takes a text apart; null when it is not an image reference. */
  static @Nullable ImageReference parse(String text) {
    Matcher matcher = WITH_VERSION.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    String name = matcher.group("name");
    int slash = name.indexOf('/');
    String first = name.substring(0, Math.max(slash, 0));
    boolean hasRegistry = isHost(first);
    String path = hasRegistry ? name.substring(slash + 1) : name;
    boolean fits =
        name.length() <= MAX_NAME && path.matches(PATH) && (!hasRegistry || first.matches(HOST));
    return fits
        ? new ImageReference(hasRegistry ? first : null, path, matcher.group("version"))
        : null;
  }

  /** Whether a text can stand in front of a path: a host with optional port and path. */
  static boolean isRegistry(String text) {
    int slash = text.indexOf('/');
    return REGISTRY.matcher(text).matches() && isHost(slash < 0 ? text : text.substring(0, slash));
  }

  /** The same image in another registry. */
  ImageReference in(String newRegistry) {
    return new ImageReference(newRegistry, path, version);
  }

  boolean hasVersion() {
    return !version.isEmpty();
  }

  @Override
  public String toString() {
    return (registry == null ? "" : registry + "/") + path + version;
  }

  /** The rule of the container runtimes: a first part without dot or colon is a path. */
  private static boolean isHost(String first) {
    return first.equals("localhost") || first.indexOf('.') >= 0 || first.indexOf(':') >= 0;
  }
}
