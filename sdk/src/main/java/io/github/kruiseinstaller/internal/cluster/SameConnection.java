package io.github.kruiseinstaller.internal.cluster;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Lets requests through over the first connection only. OkHttp opens another one by itself when the
 * server has closed the first or said that it soon will.
 */
final class SameConnection implements Interceptor {
  private final AtomicReference<Connection> first = new AtomicReference<>();

  @Override
  public Response intercept(Chain chain) throws IOException {
    Connection here = chain.connection();
    if (!first.compareAndSet(null, here) && first.get() != here) {
      throw new IOException("the connection was closed between two requests");
    }
    return chain.proceed(chain.request());
  }
}
