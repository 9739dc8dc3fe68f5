package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.time.DaemonThreads;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** Two ports on loopback, one with TLS and one without. */
final class Listener implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  // A watch keeps a thread; what is not used for two seconds goes away.
  private static final int MOST_THREADS = 8192;
  private static final int LEAST_THREADS = 3;
  private static final int IDLE_MILLIS = 2000;
  private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Server server;
  private final DaemonThreads threads;
  private final ServerConnector secure;
  private final ServerConnector plain;

  Listener(String name, ClusterAuthority authority, Handler handler) {
    threads = new DaemonThreads(name + "-");
    QueuedThreadPool pool =
        new QueuedThreadPool(MOST_THREADS, LEAST_THREADS, IDLE_MILLIS, -1, null, null, threads);
    pool.setName(name);
    pool.setDaemon(true);
    pool.setReservedThreads(0);
    pool.setStopTimeout(0);
    // All that are idle may go at once.
    pool.setMaxEvictCount(Integer.MAX_VALUE);
    ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler(name + "-timer", true);
    server = new Server(pool, scheduler, null);
    server.setStopTimeout(0);
    HttpConnectionFactory http = new HttpConnectionFactory(configuration());
    secure =
        new ServerConnector(
            server,
            null,
            null,
            null,
            0,
            1,
            new SslConnectionFactory(tls(authority), http.getProtocol()),
            http);
    plain =
        new ServerConnector(
            server, null, null, null, 0, 1, new HttpConnectionFactory(configuration()));
    for (ServerConnector connector : new ServerConnector[] {secure, plain}) {
      connector.setHost(HOST);
      connector.setPort(0);
      connector.setIdleTimeout(0);
      connector.setAcceptedTcpNoDelay(true);
      connector.setAcceptQueueSize(1024);
      server.addConnector(connector);
    }
    server.setHandler(handler);
  }

  private static HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setUriCompliance(UriCompliance.UNSAFE);
    configuration.setRequestHeaderSize(64 * 1024);
    configuration.setIdleTimeout(-1);
    configuration.setMinRequestDataRate(0);
    // Clients may call the server by any name; that is between them and its certificate.
    configuration.addCustomizer(new SecureRequestCustomizer(false));
    return configuration;
  }

  private static SslContextFactory.Server tls(ClusterAuthority authority) {
    SslContextFactory.Server factory = new SslContextFactory.Server();
    factory.setSslContext(authority.sslContext());
    factory.setWantClientAuth(true);
    factory.setEndpointIdentificationAlgorithm(null);
    return factory;
  }

  void start() {
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("the API server's ports could not be opened", e);
    }
  }

  String secureUrl() {
    return "https://" + HOST + ":" + secure.getLocalPort();
  }

  String plainUrl() {
    return "http://" + HOST + ":" + plain.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
      threads.join(STOP_NANOS, true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("the API server's ports could not be closed", e);
    }
    server.destroy();
  }
}
