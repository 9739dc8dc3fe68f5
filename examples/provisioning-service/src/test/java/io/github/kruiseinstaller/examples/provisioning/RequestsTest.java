package io.github.kruiseinstaller.examples.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, and how. No cluster is there. */
@Timeout(60)
class RequestsTest {
  @TempDir private Path folder;
  private RunningService service;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve("broken.yaml"), "apiVersion: v1\nkind: Config\n");
    Files.writeString(folder.resolve("twice.yaml"), "");
    Files.writeString(folder.resolve("twice"), "");
    Files.writeString(folder.resolve("UPPER.yaml"), "");
    service = RunningService.start(folder, builder -> {});
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, 404, nothing at /",
    "GET, /clusters/, 404, nothing at",
    "GET, /clusters/broken/secrets, 404, nothing at",
    "GET, /clusters/north/plan, 404, no cluster 'north'",
    "POST, /clusters/north/installations, 404, no cluster 'north'",
    "GET, /clusters//plan, 404, no cluster ''",
    "GET, /clusters/UPPER/plan, 404, no cluster 'UPPER'",
    "GET, /clusters/../broken/plan, 404, nothing at",
    "GET, /clusters/..%2F..%2Fetc%2Fpasswd/plan, 404, no cluster '..%2F..%2Fetc%2Fpasswd'",
    "GET, /clusters/broken.yaml/plan, 404, no cluster 'broken.yaml'",
    "GET, /clusters/%62roken/plan, 404, no cluster '%62roken'",
    "POST, /clusters/twice/repairs, 409, 2 files",
    "GET, /runs/42, 404, no run '42'",
    "GET, /runs/42/events, 404, no run '42'",
    "DELETE, /runs/42, 404, no run '42'",
    "GET, /clusters/broken/plan?colour=blue, 400, colour=blue",
    "POST, /clusters/broken/installations?takeOver=maybe, 400, takeOver=maybe",
    "POST, /clusters/broken/installations?takeOver=keep&takeOver=keep, 400, not understood",
    "POST, /clusters/broken/repairs?takeOver=keep, 400, takeOver=keep",
    "POST, /clusters/broken/uninstallations?customResources, 400, not understood",
  })
  void request_whenItCannotBeUnderstood_getsErrorAndRemedy(
      String method, String path, int status, String words) throws Exception {
    HttpResponse<String> response = service.send(method, path);

    JsonObject refusal = RunningService.json(response);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(refusal.get("error").getAsString()).contains(words);
    assertThat(refusal.get("remedy").getAsString()).isNotEmpty();
    assertThat(service.json("GET", "/runs").getAsJsonArray("runs")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /clusters, GET",
    "GET, /clusters/broken/installations, POST",
    "POST, /runs, GET",
    "POST, /runs/42, 'GET, DELETE'",
    "DELETE, /runs/42/events, GET",
  })
  void request_whenItsMethodIsNotServed_isToldWhichAre(String method, String path, String allow)
      throws Exception {
    HttpResponse<String> response = service.send(method, path);

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains(allow);
    assertThat(RunningService.json(response).get("remedy").getAsString()).contains(allow);
  }

  @Test
  void head_isRefusedWithoutABody() throws Exception {
    HttpResponse<String> response = service.send("HEAD", "/clusters");

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void request_whenItHasABody_isRefused() throws Exception {
    HttpResponse<String> response =
        service.send(
            HttpRequest.newBuilder(service.uri("/clusters/broken/repairs"))
                .POST(BodyPublishers.ofString("{\"force\":true}")));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("no request here has a body");
  }

  @Test
  void request_whenAWebPageMadeIt_isRefused() throws Exception {
    HttpResponse<String> response =
        service.send(
            HttpRequest.newBuilder(service.uri("/clusters/broken/uninstallations"))
                .header("Origin", "https://example.com")
                .POST(BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(service.json("GET", "/runs").getAsJsonArray("runs")).isEmpty();
  }

  @Test
  void look_whenTheClusterCannotBeReached_gets502WithTheFailure() throws Exception {
    HttpResponse<String> response = service.send("GET", "/clusters/broken/health");

    JsonObject body = RunningService.json(response);
    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(body.get("remedy").getAsString()).isNotEmpty();
    assertThat(body.getAsJsonObject("failure").get("code").getAsString())
        .isEqualTo("cluster-unreachable");
  }

  @Test
  void run_whenTheClusterCannotBeReached_failsAndSaysSo() throws Exception {
    JsonObject run = service.finished("/clusters/broken/repairs");

    assertThat(run.get("state").getAsString()).isEqualTo("failed");
    assertThat(run.getAsJsonObject("failure").get("code").getAsString())
        .isEqualTo("cluster-unreachable");
    assertThat(run.get("ended").isJsonNull()).isFalse();
  }

  @Test
  void clusters_areThoseOfTheFolderNow() throws Exception {
    assertThat(service.json("GET", "/clusters"))
        .hasToString("{\"clusters\":[\"broken\",\"twice\"]}");
    Files.createDirectory(folder.resolve("folder"));
    Files.writeString(folder.resolve("north-2.kubeconfig"), "");
    Files.delete(folder.resolve("broken.yaml"));

    assertThat(service.json("GET", "/clusters"))
        .hasToString("{\"clusters\":[\"north-2\",\"twice\"]}");
  }

  @Test
  void healthz_isOk() throws Exception {
    assertThat(service.json("GET", "/healthz")).hasToString("{\"status\":\"ok\"}");
  }
}
