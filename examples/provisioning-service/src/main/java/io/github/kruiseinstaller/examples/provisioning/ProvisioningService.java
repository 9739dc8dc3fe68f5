package io.github.kruiseinstaller.examples.provisioning;

import com.sun.net.httpserver.HttpServer;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The service: a server with a bounded number of threads, and the runs that it has started. */
final class ProvisioningService {
  private static final int THREADS = 64;

  /** So many of them at most look at clusters and follow runs. */
  private static final int SLOW = 48;

  /** Requests that wait for a thread; the server closes the connections of those beyond. */
  private static final int WAITING = 256;

  private static final int IDLE_SECONDS = 30;

  /** Runs end within a second, and disarm in five more when an API server is slow. */
  private static final Duration LAST_RUNS = Duration.ofSeconds(15);

  /** Clients read their last lines at once, unless they or the machine are slow. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(10);

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final Runs runs;

  private ProvisioningService(HttpServer server, ThreadPoolExecutor threads, Runs runs) {
    this.server = server;
    this.threads = threads;
    this.runs = runs;
  }

  /**
   * Starts it.
   *
   * @param listen where; port 0 is any that is free
   * @param settings what every installer has in common: the release, the time-out
   * @throws IOException when the address cannot be had
   */
  static ProvisioningService start(
      InetSocketAddress listen,
      ClusterCatalogue clusters,
      Consumer<OpenKruiseInstaller.Builder> settings)
      throws IOException {
    HttpServer server = HttpServer.create(listen, 0);
    ThreadPoolExecutor threads = threads();
    Runs runs = new Runs();
    server.setExecutor(threads);
    server.createContext("/", new Router(new Api(clusters, runs, settings).routes(), SLOW));
    server.start();
    return new ProvisioningService(server, threads, runs);
  }

  /** Where it listens, such as {@code http://127.0.0.1:8080}. */
  String address() {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().getHostAddress();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /**
   * Refuses new runs, cancels those under way, lets clients read to their ends, and goes.
   *
   * @return whether all runs have ended; one that has not is finished by running again
   */
  boolean stop() {
    boolean ended = runs.stop(LAST_RUNS);
    threads.shutdown();
    try {
      if (!threads.awaitTermination(LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS)) {
        // An interrupt ends a look at a cluster, and a write to a client that does not read.
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    return ended;
  }

  private static ThreadPoolExecutor threads() {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> new Thread(task, "request-" + number.incrementAndGet()));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
