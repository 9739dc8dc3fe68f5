package io.github.kruiseinstaller.testkit.internal.network;

import io.github.kruiseinstaller.testkit.internal.network.Certificates.Identity;
import io.github.kruiseinstaller.testkit.internal.time.DaemonThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An HTTPS server on a loopback port of its own: what listens in a pod. Few threads, all daemons,
 * none of them left after close. Thread-safe.
 */
public final class HttpsListener implements AutoCloseable {
  private static final int THREADS = 16;
  private static final int THREAD_IDLE_MILLIS = 5_000;
  private static final int THREAD_STOP_MILLIS = 1_000;
  private static final long LAST_THREAD_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Server server;
  private final DaemonThreads threads;
  private final RefusingConnector connector;
  private final SiteHandler handler;
  private final int port;

  private HttpsListener(
      Server server, DaemonThreads threads, RefusingConnector connector, SiteHandler handler) {
    this.handler = handler;
    this.server = server;
    this.threads = threads;
    this.connector = connector;
    this.port = connector.getLocalPort();
  }

  /** What is served. Called by several threads at once; they are interrupted on close. */
  @FunctionalInterface
  public interface Site {
    /**
     * Answers a request.
     *
     * @param path without the query
     * @param body of the request, empty when it has none
     */
    Answer answer(String path, byte[] body) throws InterruptedException;
  }

  /** An answer. */
  public static final class Answer {
    private final int status;
    private final String contentType;
    private final byte[] body;

    /**
     * An answer.
     *
     * @param status such as 200
     * @param contentType empty for none
     * @param body may be empty
     */
    public Answer(int status, String contentType, byte[] body) {
      this.status = status;
      this.contentType = contentType;
      this.body = body.clone();
    }

    /** 200 with JSON. */
    public static Answer json(byte[] body) {
      return new Answer(200, "application/json", body);
    }

    /** Some status with plain text. */
    public static Answer text(int status, String text) {
      return new Answer(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** Such as 200. */
    public int status() {
      return status;
    }

    /** Empty for none. */
    public String contentType() {
      return contentType;
    }

    /** A copy of the body. */
    public byte[] body() {
      return body.clone();
    }
  }

  /**
   * Starts one.
   *
   * @throws UncheckedIOException when there is no port left
   */
  public static HttpsListener start(Identity identity, Site site) {
    DaemonThreads threads = new DaemonThreads("pod-");
    QueuedThreadPool pool =
        new QueuedThreadPool(THREADS, 0, THREAD_IDLE_MILLIS, 0, null, null, threads);
    pool.setStopTimeout(THREAD_STOP_MILLIS);
    Server server = new Server(pool);
    server.setStopTimeout(0);
    RefusingConnector connector = connector(server, identity);
    server.addConnector(connector);
    SiteHandler handler = new SiteHandler(site);
    server.setHandler(handler);
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("cannot listen", e);
    }
    return new HttpsListener(server, threads, connector, handler);
  }

  private static RefusingConnector connector(Server server, Identity identity) {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(ServerIdentity.context(identity.held()));
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    // Go's servers, for which this stands, do not compare the Host header with the certificate.
    http.addCustomizer(new SecureRequestCustomizer(false));
    RefusingConnector connector =
        new RefusingConnector(
            server,
            "pod-timer",
            new SslConnectionFactory(tls, "http/1.1"),
            new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    // Without it there is nothing for a timer to do, whose thread nobody would wait for.
    connector.setIdleTimeout(0);
    return connector;
  }

  /** The port on loopback. */
  public int port() {
    return port;
  }

  /** How many connections are open. */
  public int connections() {
    return connector.getConnectedEndPoints().size();
  }

  /** Accepts no more connections; those that are open are served on. */
  public void refuse() {
    connector.refuse();
  }

  /** Ends; open connections are closed, so that their clients read the end of the stream. */
  @Override
  public void close() {
    refuse();
    stop();
  }

  /** Ends; open connections are reset. */
  public void reset() {
    refuse();
    for (EndPoint connection : connector.getConnectedEndPoints()) {
      if (connection.getTransport() instanceof SocketChannel channel) {
        try {
          // Closing a socket that does not linger sends a reset.
          channel.setOption(StandardSocketOptions.SO_LINGER, 0);
          channel.close();
        } catch (IOException e) {
          connection.close(e);
        }
      }
    }
    stop();
  }

  private void stop() {
    handler.interrupt();
    try {
      server.stop();
      threads.join(LAST_THREAD_NANOS, false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("cannot stop listening", e);
    }
  }

  private static final class SiteHandler extends Handler.Abstract {
    private final Site site;
    private final Set<Thread> answering = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    SiteHandler(Site site) {
      this.site = site;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      Answer answer;
      try {
        byte[] body = BufferUtil.toArray(Content.Source.asByteBuffer(request));
        answer = answer(Request.getPathInContext(request), body);
      } catch (Exception e) {
        if (!over) {
          throw e;
        }
        // Nobody gets an answer any more, and least of all one that says what has come between: a
        // thread stays interrupted when it goes on to the connection's next request.
        request.getConnectionMetaData().getConnection().getEndPoint().close(e);
        callback.failed(e);
        return true;
      }
      response.setStatus(answer.status());
      if (!answer.contentType().isEmpty()) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
      }
      response.write(true, ByteBuffer.wrap(answer.body()), callback);
      return true;
    }

    private Answer answer(String path, byte[] body) throws InterruptedException {
      answering.add(Thread.currentThread());
      try {
        return site.answer(path, body);
      } finally {
        answering.remove(Thread.currentThread());
      }
    }

    void interrupt() {
      over = true;
      answering.forEach(
          thread -> {
            if (!thread.equals(Thread.currentThread())) {
              thread.interrupt();
            }
          });
    }
  }
}
