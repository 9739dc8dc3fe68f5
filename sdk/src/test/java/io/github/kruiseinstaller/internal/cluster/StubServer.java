package io.github.kruiseinstaller.internal.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.github.kruiseinstaller.internal.tree.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server in this JVM that answers as it is told and remembers what it was asked. What it
 * was not told to answer is a 404.
 */
final class StubServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Seen> seen = new ArrayList<>();
  private final Deque<Rule> rules = new ArrayDeque<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  private StubServer(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  static StubServer http() throws IOException {
    return new StubServer(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
  }

  /** Asks for a client certificate where {@code tls} can check one. */
  static StubServer https(SSLContext tls, boolean clientCertificate) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters settings = tls.getDefaultSSLParameters();
            settings.setNeedClientAuth(clientCertificate);
            parameters.setSSLParameters(settings);
          }
        });
    return new StubServer(server);
  }

  String url() {
    return (server instanceof HttpsServer ? "https" : "http")
        + "://127.0.0.1:"
        + server.getAddress().getPort();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** The next request whose {@code METHOD /path} starts so gets this answer, and later ones too. */
  StubServer on(String start, Answer answer) {
    synchronized (rules) {
      rules.addFirst(new Rule(start, answer, new int[] {Integer.MAX_VALUE}));
    }
    return this;
  }

  /** Only the next such request gets this answer. The last told goes first. */
  StubServer once(String start, Answer answer) {
    synchronized (rules) {
      rules.addFirst(new Rule(start, answer, new int[] {1}));
    }
    return this;
  }

  /** A JSON body, with single quotes for double ones. */
  static Answer json(int status, String body) {
    return exchange -> send(exchange, status, "application/json", body.replace('\'', '"'));
  }

  /** A Status as the API server sends it. */
  static Answer refusal(int status, String reason, String message) {
    return json(
        status,
        Json.compact(
            Map.of(
                "kind",
                "Status",
                "apiVersion",
                "v1",
                "status",
                "Failure",
                "reason",
                reason,
                "message",
                message,
                "code",
                status)));
  }

  /** Says that it sends more than it does. */
  static Answer cutOff(String body) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length() + 100L);
      exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  /** Hangs up without an answer. */
  static Answer hangUp() {
    return HttpExchange::close;
  }

  /** Answers never; {@code asked} opens when the request is there. */
  Answer silent(CountDownLatch asked) {
    return exchange -> {
      asked.countDown();
      awaitQuietly(closing);
    };
  }

  /** Sends lines one by one and then keeps the stream open or ends it. */
  Answer lines(boolean keepOpen, String... lines) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, 0);
      for (String line : lines) {
        exchange
            .getResponseBody()
            .write((line.replace('\'', '"') + "\n").getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
      }
      if (keepOpen) {
        awaitQuietly(closing);
      }
      exchange.close();
    };
  }

  /** What was asked so far. */
  List<Seen> seen() {
    synchronized (seen) {
      return List.copyOf(seen);
    }
  }

  /** The last request. */
  Seen last() {
    List<Seen> all = seen();
    return all.get(all.size() - 1);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body;
    try {
      body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Seen request =
        new Seen(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestURI().getPath(),
            Map.copyOf(exchange.getRequestHeaders()),
            body,
            exchange.getRemoteAddress().getPort());
    synchronized (seen) {
      seen.add(request);
    }
    answer(request.method() + " " + request.uri()).to(exchange);
  }

  private Answer answer(String line) {
    synchronized (rules) {
      for (Rule rule : rules) {
        if (line.startsWith(rule.start()) && rule.left()[0] > 0) {
          rule.left()[0]--;
          return rule.answer();
        }
      }
    }
    return refusal(404, "NotFound", "not found");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers one request. */
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  /** One request. */
  record Seen(
      String method,
      String uri,
      String path,
      Map<String, List<String>> headers,
      String body,
      int remotePort) {
    /** The first header of this name, in the server's spelling: {@code Content-type}. */
    @Nullable String header(String name) {
      List<String> values = headers.get(name);
      return values == null ? null : values.get(0);
    }

    /** {@code METHOD uri}. */
    @Override
    public String toString() {
      return method + " " + uri;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rule(String start, Answer answer, int[] left) {}
}
