package io.github.kruiseinstaller.testkit.internal.network;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.network.Network.Trouble;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import io.github.kruiseinstaller.testkit.internal.time.WakingHours;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.EventListener;
import okhttp3.Handshake;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.TlsVersion;
import org.jspecify.annotations.Nullable;

/**
 * Calls webhooks as the API server does: over TLS that trusts the configured bundle and nothing
 * else, checked against the Service's name, one connection pool for each target and bundle, so that
 * a connection outlives the endpoint that it was made for. What goes wrong is told in the API
 * server's words. Thread-safe.
 */
public final class WebhookClient implements AutoCloseable {
  private static final int POOLS = 200;
  private static final int IDLE_CONNECTIONS = 25;
  private static final int IDLE_SECONDS = 90;
  private static final String CANCELED = "context canceled";

  /** With TLS 1.3 a resumed session would still cost what most of a handshake costs. */
  private static final ConnectionSpec RESUMABLE =
      new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS).tlsVersions(TlsVersion.TLS_1_2).build();

  private static final MediaType JSON = MediaType.get("application/json");

  private final ServiceRouter router;
  private final InstantSource clock;
  private final UnaryOperator<Duration> pace;
  private final WakingHours hours;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Call> running = new HashSet<>();
  private volatile String ownToken = "";
  private final Map<Trusted, Trust> trusts = new HashMap<>();
  private final Map<WebhookTarget, OkHttpClient> clients = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A client.
   *
   * @param clock against which certificates are checked
   * @param pace how long a configured time-out really lasts
   * @param hours by which time-outs go; closed with this
   */
  public WebhookClient(
      ServiceRouter router, InstantSource clock, UnaryOperator<Duration> pace, WakingHours hours) {
    this.router = router;
    this.clock = clock;
    this.pace = pace;
    this.hours = hours;
  }

  /** What the API server shows to itself, when a webhook is behind its own Service. */
  public void ownToken(String token) {
    ownToken = token;
  }

  private boolean isOwnServer(WebhookTarget target) {
    return target.namespace().equals("default") && target.service().equals("kubernetes");
  }

  /**
   * Sends a review and returns the one that comes back, of the same kind and version.
   *
   * @param timeoutSeconds as configured
   */
  public ObjectNode post(WebhookTarget target, ObjectNode review, int timeoutSeconds)
      throws WebhookFailure {
    OkHttpClient client = client(target);
    String url = target.url() + "?timeout=" + timeoutSeconds + "s";
    Attempt attempt = new Attempt(remote(target), timeoutSeconds);
    failIfObstructed(target, url, attempt, client, timeoutSeconds);
    Request.Builder request =
        new Request.Builder()
            .url(url)
            .header("Accept", "application/json, */*")
            .header("User-Agent", "kube-apiserver-admission")
            .post(RequestBody.create(Json.bytes(review), JSON))
            .tag(Attempt.class, attempt);
    if (isOwnServer(target)) {
      request.header("Authorization", "Bearer " + ownToken);
    }
    Duration limit = pace.apply(Duration.ofSeconds(timeoutSeconds));
    while (true) {
      Call call = client.newCall(request.build());
      begin(call, url);
      Timers.Timer limited =
          hours.after(
              limit,
              () -> {
                attempt.over();
                call.cancel();
              });
      try {
        return reply(call, url, attempt).read(review);
      } catch (StaleConnection closedMeanwhile) {
        // It is out of the pool now; the next one, or a new one, takes its place.
        if (attempt.isOver()) {
          throw failed(url, attempt.timeout());
        }
      } finally {
        limited.cancel();
        end(call);
      }
    }
  }

  /** From now on closing ends it. */
  private void begin(Call call, String url) throws WebhookFailure {
    synchronized (running) {
      if (closed.getCount() == 0) {
        throw failed(url, CANCELED);
      }
      running.add(call);
    }
  }

  private void end(Call call) {
    synchronized (running) {
      running.remove(call);
    }
  }

  private static ReviewReply reply(Call call, String url, Attempt attempt)
      throws WebhookFailure, StaleConnection {
    Response response;
    try {
      response = call.execute();
    } catch (StaleConnection e) {
      throw e;
    } catch (IOException e) {
      throw failed(url, attempt.text(e));
    }
    try (response) {
      return new ReviewReply(
          response.code(),
          Objects.requireNonNullElse(response.header("Content-Type"), ""),
          response.body().bytes());
    } catch (IOException e) {
      throw WebhookFailure.call(
          "unexpected error when reading response body. Please retry. Original error: "
              + attempt.readText(e));
    }
  }

  private static WebhookFailure failed(String url, String why) {
    return WebhookFailure.call("Post \"" + url + "\": " + why);
  }

  /** What breaks the way breaks it for connections that are open, too. */
  private void failIfObstructed(
      WebhookTarget target, String url, Attempt attempt, OkHttpClient client, int timeoutSeconds)
      throws WebhookFailure {
    Trouble trouble = target.isService() ? router.troubleIn(target.namespace()) : Trouble.NONE;
    if (trouble == Trouble.CLOSED) {
      client.connectionPool().evictAll();
    }
    if (trouble != Trouble.DROPPED || client.connectionPool().connectionCount() == 0) {
      return;
    }
    boolean over = false;
    try {
      over =
          !closed.await(
              pace.apply(Duration.ofSeconds(timeoutSeconds)).toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.connectionPool().evictAll();
    throw failed(url, over ? attempt.timeout() : CANCELED);
  }

  private OkHttpClient client(WebhookTarget target) throws WebhookFailure {
    if (target.url().isEmpty()) {
      throw WebhookFailure.noClient("webhook configuration must have either service or URL");
    }
    // Of two for one target nobody would ever close the connections of one.
    synchronized (clients) {
      OkHttpClient known = clients.get(target);
      if (known != null) {
        return known;
      }
      OkHttpClient made = make(target);
      clients.put(target, made);
      if (clients.size() > POOLS) {
        WebhookTarget eldest = clients.keySet().iterator().next();
        Objects.requireNonNull(clients.remove(eldest)).connectionPool().evictAll();
      }
      return made;
    }
  }

  private OkHttpClient make(WebhookTarget target) throws WebhookFailure {
    List<X509Certificate> roots = CaBundle.parse(target.caBundle());
    Trust trust = trust(roots, host(target));
    return new OkHttpClient.Builder()
        .proxy(Proxy.NO_PROXY)
        .dns(host -> addresses(target, host))
        .socketFactory(new RoutedSockets(router, target))
        .sslSocketFactory(trust.sockets(), trust.check())
        .connectionSpecs(List.of(target.isService() ? RESUMABLE : ConnectionSpec.MODERN_TLS))
        // The check of the certificate includes its names.
        .hostnameVerifier((host, session) -> true)
        .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, IDLE_SECONDS, TimeUnit.SECONDS))
        .protocols(List.of(Protocol.HTTP_1_1))
        .fastFallback(false)
        .retryOnConnectionFailure(false)
        .followRedirects(false)
        .connectTimeout(Duration.ZERO)
        .readTimeout(Duration.ZERO)
        .writeTimeout(Duration.ZERO)
        .eventListener(new Dialing())
        .addNetworkInterceptor(
            chain -> {
              Attempt attempt = chain.request().tag(Attempt.class);
              if (attempt != null && chain.connection() != null) {
                attempt.connected(chain.connection().socket().getLocalPort());
                if (attempt.isOnKeptConnection()) {
                  StaleConnection.check(chain.connection().socket());
                }
              }
              return chain.proceed(chain.request());
            })
        .build();
  }

  private static final class Dialing extends EventListener {
    @Override
    public void secureConnectEnd(Call call, @Nullable Handshake handshake) {
      Attempt attempt = call.request().tag(Attempt.class);
      if (attempt != null) {
        attempt.dialed();
      }
    }
  }

  /** A Service's name leads to nowhere in particular: the socket finds the way. */
  private static List<InetAddress> addresses(WebhookTarget target, String host)
      throws UnknownHostException {
    if (target.isService() || host.equals("localhost")) {
      return List.of(InetAddress.getLoopbackAddress());
    }
    throw new UnknownHostException("dial tcp: lookup " + host + ": no such host");
  }

  private Trust trust(List<X509Certificate> roots, String host) {
    synchronized (clients) {
      if (trusts.size() >= POOLS) {
        trusts.clear();
      }
      return trusts.computeIfAbsent(
          new Trusted(roots, host), key -> Trust.in(new ServerCheck(roots, host, clock)));
    }
  }

  /**
   * What decides whether a server is trusted.
   *
   * @param roots who may have signed its certificate
   * @param host its name
   */
  private record Trusted(List<X509Certificate> roots, String host) {}

  private static String host(WebhookTarget target) {
    return java.net.URI.create(target.url()).getHost();
  }

  private String remote(WebhookTarget target) {
    return target.isService()
        ? router.clusterAddress(target.namespace(), target.service()) + ":" + target.port()
        : java.net.URI.create(target.url()).getAuthority();
  }

  /** Closes all connections; calls that hang end, and later ones fail at once. */
  @Override
  public void close() {
    List<Call> calls;
    synchronized (running) {
      closed.countDown();
      calls = List.copyOf(running);
    }
    calls.forEach(Call::cancel);
    hours.close();
    synchronized (clients) {
      for (OkHttpClient client : clients.values()) {
        client.connectionPool().evictAll();
      }
      clients.clear();
    }
  }
}
