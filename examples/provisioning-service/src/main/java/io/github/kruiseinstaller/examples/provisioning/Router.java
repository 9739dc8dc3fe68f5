package io.github.kruiseinstaller.examples.provisioning;

import static java.util.stream.Collectors.joining;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.kruiseinstaller.error.InstallException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the route of a request, refuses what nobody understands, and sends the answer. */
final class Router implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Router.class);

  private final List<Route> routes;
  private final Semaphore slow;

  /**
   * A router.
   *
   * @param mostSlow how many slow requests are served at a time
   */
  Router(List<Route> routes, int mostSlow) {
    this.routes = routes;
    this.slow = new Semaphore(mostSlow);
  }

  @Override
  public void handle(HttpExchange exchange) {
    try (exchange) {
      try {
        serve(exchange);
      } catch (Refusal e) {
        e.answer().send(exchange);
      } catch (InstallException e) {
        Answer.failure(e.failure()).send(exchange);
      } catch (RuntimeException e) {
        LOG.error("{} {}", exchange.getRequestMethod(), exchange.getRequestURI(), e);
        Answer.error(500, "an error inside the service", "Look into its log.").send(exchange);
      }
    } catch (IOException e) {
      LOG.debug("a client is gone", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(HttpExchange exchange) throws IOException, InterruptedException {
    String path = exchange.getRequestURI().getRawPath();
    Route route = route(exchange.getRequestMethod(), path);
    String choice = choice(route, exchange.getRequestURI().getRawQuery());
    refuseForeign(exchange.getRequestHeaders());
    // The other threads stay free, so that runs can always be started, looked up and cancelled.
    if (route.slow() && !slow.tryAcquire()) {
      throw new Refusal(503, "too many clients look and follow at once", "Try again later.");
    }
    try {
      route.handler().handle(route.name(path).orElseThrow(), choice).send(exchange);
    } finally {
      if (route.slow()) {
        slow.release();
      }
    }
  }

  private Route route(String method, String path) {
    List<Route> fitting = routes.stream().filter(each -> each.name(path).isPresent()).toList();
    for (Route each : fitting) {
      if (each.method().equals(method)) {
        return each;
      }
    }
    if (fitting.isEmpty()) {
      throw new Refusal(404, "there is nothing at " + path, "Begin with GET /clusters or /runs.");
    }
    String allowed = fitting.stream().map(Route::method).collect(joining(", "));
    throw new Refusal(
        Answer.error(405, "there is no " + method + " of " + path, "Use " + allowed + ".")
            .with("Allow", allowed));
  }

  private static String choice(Route route, @Nullable String query) {
    String choice = query == null ? "" : query;
    if (!choice.isEmpty() && !route.choices().contains(choice)) {
      throw new Refusal(
          400,
          "'" + choice + "' is not understood",
          "What can be said here: nothing, or one of " + route.choices() + ".");
    }
    return choice;
  }

  /** A body would be ignored, and a page in a browser has no business on a loopback port. */
  private static void refuseForeign(Headers headers) {
    String length = headers.getFirst("Content-Length");
    if (headers.containsKey("Transfer-Encoding") || (length != null && !length.equals("0"))) {
      throw new Refusal(400, "no request here has a body", "Use what the README shows.");
    }
    if (headers.containsKey("Origin")) {
      throw new Refusal(403, "requests of web pages are refused", "Put a server in between.");
    }
  }
}
