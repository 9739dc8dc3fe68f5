package io.github.kruiseinstaller.internal.cluster;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Runs the guard of a write as its bytes are about to go, on an open connection: to connect may
 * take long, a refused token waits for a credential plugin before the same write goes again, and
 * OkHttp sends one again whose connection broke.
 */
final class SendGuard implements Interceptor {
  /** The request with a guard; no interceptor on the way loses it. */
  static Request guarded(Request request, Runnable guard) {
    return request.newBuilder().tag(Guard.class, new Guard(guard)).build();
  }

  /** Whether it was the guard of this call that threw this. */
  static boolean refused(Call call, Throwable error) {
    Guard guard = call.request().tag(Guard.class);
    return guard != null && guard.thrown == error;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Guard guard = chain.call().request().tag(Guard.class);
    if (guard != null) {
      guard.check();
    }
    return chain.proceed(chain.request());
  }

  private static final class Guard {
    private final Runnable runnable;
    private volatile @Nullable RuntimeException thrown;

    Guard(Runnable runnable) {
      this.runnable = runnable;
    }

    void check() {
      try {
        runnable.run();
      } catch (RuntimeException e) {
        thrown = e;
        throw e;
      }
    }
  }
}
