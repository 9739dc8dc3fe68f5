package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.internal.tree.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Makes every request as somebody else, as the user of a kubeconfig says. */
final class Impersonation implements Interceptor {
  /** What may stand in the name of a header besides letters and digits; a percent sign escapes. */
  private static final String LEGAL = "!#$&'*+-.^_`|~";

  private final Headers headers;

  private Impersonation(Headers headers) {
    this.headers = headers;
  }

  /**
   * What a user's settings say, if they do.
   *
   * @throws IllegalArgumentException when they name a uid, groups or extra of nobody, which kubectl
   *     does not take either: as ourselves we may do more than was meant
   */
  static Optional<Impersonation> of(Map<String, @Nullable Object> user) {
    Headers.Builder rest = new Headers.Builder();
    String uid = text(user.get("as-uid"));
    if (!uid.isEmpty()) {
      rest.add("Impersonate-Uid", uid);
    }
    for (Object group : Trees.list(user, "as-groups")) {
      rest.add("Impersonate-Group", text(group));
    }
    if (user.get("as-user-extra") instanceof Map<?, ?> extra) {
      extra.forEach(
          (key, values) -> {
            for (Object value : values instanceof List<?> list ? list : List.of()) {
              rest.add("Impersonate-Extra-" + escaped(text(key)), text(value));
            }
          });
    }
    String name = text(user.get("as"));
    Headers others = rest.build();
    if (!name.isEmpty()) {
      return Optional.of(
          new Impersonation(others.newBuilder().add("Impersonate-User", name).build()));
    }
    if (others.size() > 0) {
      throw new IllegalArgumentException(
          "as-uid, as-groups and as-user-extra are nothing without the user in as");
    }
    return Optional.empty();
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request.Builder as = chain.request().newBuilder();
    headers.names().forEach(as::removeHeader);
    for (int i = 0; i < headers.size(); i++) {
      as.addHeader(headers.name(i), headers.value(i));
    }
    return chain.proceed(as.build());
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static String escaped(String key) {
    StringBuilder escaped = new StringBuilder();
    for (byte each : key.getBytes(StandardCharsets.UTF_8)) {
      char letter = (char) (each & 0xff);
      boolean legal =
          (letter >= 'a' && letter <= 'z')
              || (letter >= 'A' && letter <= 'Z')
              || (letter >= '0' && letter <= '9')
              || LEGAL.indexOf(letter) >= 0;
      escaped.append(
          legal ? String.valueOf(letter) : String.format(Locale.ROOT, "%%%02X", each & 0xff));
    }
    return escaped.toString();
  }
}
