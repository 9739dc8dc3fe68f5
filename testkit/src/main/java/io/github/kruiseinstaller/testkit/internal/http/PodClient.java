package io.github.kruiseinstaller.testkit.internal.http;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The proxy's connections to pods. Whom it talks to it does not check, as the real one. */
final class PodClient implements AutoCloseable {
  private final Duration dialTimeout;
  private final OkHttpClient client;

  PodClient(Duration dialTimeout) {
    this.dialTimeout = dialTimeout;
    AnyServer trust = new AnyServer();
    client =
        new OkHttpClient.Builder()
            .sslSocketFactory(context(trust).getSocketFactory(), trust)
            .hostnameVerifier((host, session) -> true)
            .protocols(List.of(Protocol.HTTP_1_1))
            // No connection is kept, so no thread is needed to look after them.
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.NANOSECONDS))
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .connectTimeout(dialTimeout)
            .readTimeout(dialTimeout)
            .build();
  }

  private static SSLContext context(AnyServer trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes as long as a connection attempt of which nothing is heard. */
  void waitForDial() throws InterruptedException {
    Thread.sleep(dialTimeout.toMillis());
  }

  /** Sends the request on and returns the pod's answer. */
  Answer send(Call call, boolean tls, int port) throws IOException {
    HttpUrl url =
        new HttpUrl.Builder()
            .scheme(tls ? "https" : "http")
            .host(InetAddress.getLoopbackAddress().getHostAddress())
            .port(port)
            .encodedPath("/" + call.path().rest())
            .encodedQuery(call.rawQuery().isEmpty() ? null : call.rawQuery())
            .build();
    boolean hasBody = List.of("POST", "PUT", "PATCH").contains(call.method());
    @Nullable RequestBody body = hasBody ? RequestBody.create(call.body()) : null;
    Request.Builder request = new Request.Builder().url(url).method(call.method(), body);
    for (String name : List.of("Accept", "Content-Type", "User-Agent")) {
      String value = call.headers().first(name);
      if (!value.isEmpty()) {
        request.header(name, value);
      }
    }
    try (Response response = client.newCall(request.build()).execute()) {
      String type = response.header("Content-Type");
      return ServiceProxy.answer(
          response.code(), type == null ? "" : type, response.body().bytes());
    }
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  private static final class AnyServer implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
