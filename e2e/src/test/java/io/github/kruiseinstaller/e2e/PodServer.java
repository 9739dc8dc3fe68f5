package io.github.kruiseinstaller.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that answers every request of a bystander as a test says. */
final class PodServer implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile Reply reply = new Reply(200, "{}");
  private volatile Reply denial = new Reply(403, "{}");
  private final AtomicInteger denials = new AtomicInteger();
  private volatile boolean hanging;
  private volatile CountDownLatch expected = new CountDownLatch(0);

  /** An answer. */
  record Reply(int status, String body) {}

  PodServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      expected.countDown();
      if (hanging) {
        await(released);
      }
      Reply now = replyTo(exchange);
      byte[] body = now.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(now.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Reply replyTo(HttpExchange exchange) {
    boolean eviction = exchange.getRequestURI().getPath().endsWith("/eviction");
    return eviction && denials.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? denial : reply;
  }

  String address() {
    return "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  void answer(int status, String body) {
    reply = new Reply(status, body);
  }

  /** Answers the next evictions otherwise. */
  void denyEvictions(int count, String body) {
    denial = new Reply(400, body);
    denials.set(count);
  }

  void hang() {
    hanging = true;
  }

  /** Answers what hangs. */
  void release() {
    hanging = false;
    released.countDown();
  }

  /** Blocks until so many more requests have come in. */
  void awaitRequests(int count) {
    expected = new CountDownLatch(count);
    await(expected);
  }

  List<String> requests() {
    return List.copyOf(requests);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("waited in vain for requests");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}
