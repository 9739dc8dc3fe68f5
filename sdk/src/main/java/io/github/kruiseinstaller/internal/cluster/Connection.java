package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.internal.retry.RunControl;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.logging.HttpLoggingInterceptor;

/**
 * The way to one API server, made from an ApiClient that stays exactly as it is: TLS, credentials,
 * proxy and interceptors are taken over; connections, threads and time-outs are our own. Lives as
 * long as its owner likes, serves many runs, and is thread-safe.
 */
public final class Connection implements AutoCloseable {
  /** How many requests at once find an open connection. */
  static final int PARALLEL_REQUESTS = 16;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(30);

  /**
   * Nothing else tells that an HTTP/2 connection is dead, which takes every request meanwhile. The
   * lock must be renewed over another one before it runs out.
   */
  private static final Duration PING_EVERY = Duration.ofSeconds(5);

  private static final String AUTHENTICATION = "BearerToken";

  private final ApiClient client;
  private final OkHttpClient requests;
  private final OkHttpClient watches;

  private Connection(ApiClient client) {
    this.client = client;
    this.requests = derive(client.getHttpClient());
    this.watches = requests.newBuilder().readTimeout(Duration.ZERO).build();
  }

  /** A connection with the settings of {@code client}, which is neither changed nor closed. */
  public static Connection over(ApiClient client) {
    return new Connection(client);
  }

  /**
   * The cluster for one run.
   *
   * @param fieldManager the name under which fields are written
   */
  public Cluster bind(RunControl control, String fieldManager) {
    return new Gateway(this, control, fieldManager);
  }

  /** Where the API server is, without credentials. */
  public String server() {
    HttpUrl url = HttpUrl.parse(client.getBasePath());
    return url == null
        ? "unknown"
        : url.newBuilder().username("").password("").query(null).fragment(null).build().toString();
  }

  /**
   * Closes the idle connections. Requests under way end as they would have; the connection can go
   * on being used.
   */
  @Override
  public void close() {
    requests.connectionPool().evictAll();
  }

  Call request(Ask ask) {
    return requests.newCall(build(ask));
  }

  /** A call whose guard runs before its bytes go, each time they do. */
  Call guarded(Ask ask, Runnable guard) {
    return requests.newCall(SendGuard.guarded(build(ask), guard));
  }

  /** A call whose body may stay silent for as long as it likes. */
  Call watch(Ask ask) {
    return watches.newCall(build(ask));
  }

  /**
   * Calls over one connection of their own, which {@code pool} holds; evict it afterwards. When it
   * is gone they fail: another connection could lead to another API server.
   */
  Function<Ask, Call> fresh(ConnectionPool pool) {
    OkHttpClient own =
        requests
            .newBuilder()
            .connectionPool(pool)
            .retryOnConnectionFailure(false)
            .addNetworkInterceptor(new SameConnection())
            .build();
    return ask -> own.newCall(build(ask));
  }

  private Request build(Ask ask) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", "application/json");
    headers.put("User-Agent", userAgent());
    Ask.Body body = ask.body();
    if (body != null) {
      headers.put("Content-Type", body.contentType());
    }
    try {
      return client.buildRequest(
          null,
          ask.path(),
          ask.method(),
          ask.query(),
          List.of(),
          body == null ? null : body.json().getBytes(StandardCharsets.UTF_8),
          headers,
          Map.of(),
          Map.of(),
          new String[] {AUTHENTICATION},
          null);
    } catch (ApiException e) {
      throw new IllegalStateException("the request cannot be built: " + ask.path(), e);
    }
  }

  private static OkHttpClient derive(OkHttpClient theirs) {
    OkHttpClient.Builder ours =
        theirs
            .newBuilder()
            .dispatcher(new Dispatcher())
            .connectionPool(
                new ConnectionPool(PARALLEL_REQUESTS, IDLE.toSeconds(), TimeUnit.SECONDS))
            .socketFactory(new PromptSockets(theirs.socketFactory()))
            .connectTimeout(CONNECT_TIMEOUT)
            .readTimeout(Gateway.REQUEST_TIMEOUT)
            .writeTimeout(Gateway.REQUEST_TIMEOUT)
            .callTimeout(Duration.ZERO)
            .pingInterval(PING_EVERY)
            .cache(null);
    ours.interceptors().removeIf(Connection::printsBodies);
    ours.networkInterceptors().removeIf(Connection::printsBodies);
    // The last: interceptors of others may take their time too.
    ours.addNetworkInterceptor(new SendGuard());
    return ours.build();
  }

  /** ApiClient.setDebugging adds one that would print Secrets and hold a watch up. */
  private static boolean printsBodies(Object interceptor) {
    return interceptor instanceof HttpLoggingInterceptor logging
        && logging.getLevel() == HttpLoggingInterceptor.Level.BODY;
  }

  private static String userAgent() {
    return "kruise-installer/"
        + Objects.requireNonNullElse(
            Connection.class.getPackage().getImplementationVersion(), "development");
  }
}
