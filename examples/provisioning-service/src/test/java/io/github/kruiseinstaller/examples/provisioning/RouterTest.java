package io.github.kruiseinstaller.examples.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a router does that has nothing to do with clusters. */
@Timeout(60)
class RouterTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server;

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void slowRequests_whenTooManyAreServed_areRefused_andQuickOnesAreNot() throws Exception {
    start(0);

    assertThat(get("/slow/one").statusCode()).isEqualTo(503);
    assertThat(get("/quick").statusCode()).isEqualTo(200);
  }

  @Test
  void slowRequests_whenOthersHaveEnded_areServed() throws Exception {
    start(1);

    assertThat(get("/slow/one").body()).isEqualTo("\"one\"\n");
    assertThat(get("/slow/").statusCode()).isEqualTo(409);
    assertThat(get("/slow/two").body()).isEqualTo("\"two\"\n");
  }

  @Test
  void request_whenItsHandlerBreaks_getsErrorAndRemedy_andNothingOfTheInside() throws Exception {
    start(1);

    HttpResponse<String> response = get("/broken");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).doesNotContain("inside out");
    assertThat(JsonParser.parseString(response.body()).getAsJsonObject().keySet())
        .containsExactly("error", "remedy");
  }

  private void start(int mostSlow) throws Exception {
    List<Route> routes =
        List.of(
            Route.of("GET", "/slow/{}", RouterTest::name).slowly(),
            Route.of("GET", "/quick", (none, no) -> Answer.json(200, "{}")),
            Route.of("GET", "/broken", RouterTest::breaks));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", new Router(routes, mostSlow));
    server.start();
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private static Answer name(String name, String choice) {
    if (name.isEmpty()) {
      throw new Refusal(409, "no name", "Give one.");
    }
    return Answer.json(200, "\"" + name + choice + "\"");
  }

  private static Answer breaks(String name, String choice) {
    throw new IllegalStateException("inside out" + name + choice);
  }
}
