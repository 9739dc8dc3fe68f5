package io.github.kruiseinstaller.internal.cluster;

import java.io.IOException;
import java.util.function.Supplier;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Carries the token of a credential plugin, which is run again when the API server no longer takes
 * it, as kubectl does. Tokens of cloud providers live for minutes, an installer may live for days.
 */
final class RefreshedToken implements Interceptor {
  private static final int UNAUTHORIZED = 401;

  private final Supplier<@Nullable String> plugin;
  private String token;

  /**
   * @param token the first token
   * @param plugin makes another one, or returns null when it cannot
   */
  RefreshedToken(String token, Supplier<@Nullable String> plugin) {
    this.token = token;
    this.plugin = plugin;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    String used = current();
    Response response = chain.proceed(bearing(chain.request(), used));
    if (response.code() != UNAUTHORIZED) {
      return response;
    }
    String newer = newerThan(used);
    if (newer.equals(used)) {
      return response;
    }
    response.close();
    return chain.proceed(bearing(chain.request(), newer));
  }

  private static Request bearing(Request request, String token) {
    return request.newBuilder().header("Authorization", "Bearer " + token).build();
  }

  private synchronized String current() {
    return token;
  }

  /** Runs the plugin unless another request has just done so. */
  private synchronized String newerThan(String used) {
    if (token.equals(used)) {
      String made = plugin.get();
      token = made == null ? used : made;
    }
    return token;
  }
}
