package io.github.kruiseinstaller.examples.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A service on a port of its own that installs the small release, and a client of it. */
final class RunningService implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Path folder;
  private final ProvisioningService service;

  private RunningService(Path folder, ProvisioningService service) {
    this.folder = folder;
    this.service = service;
  }

  /**
   * Starts one.
   *
   * @param folder of its clusters
   * @param more settings of every installer
   */
  static RunningService start(Path folder, Consumer<OpenKruiseInstaller.Builder> more)
      throws IOException {
    ReleaseSource small = ReleaseSource.manifests(SmallRelease.yaml(), "small");
    Consumer<OpenKruiseInstaller.Builder> settings = builder -> builder.release(small);
    return new RunningService(
        folder,
        ProvisioningService.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new ClusterCatalogue(folder),
            settings.andThen(more)));
  }

  /** From now on the service knows a cluster. */
  void add(String name, SimulatedCluster cluster) throws IOException {
    Files.writeString(folder.resolve(name + ".yaml"), cluster.kubeconfig());
  }

  URI uri(String path) {
    return URI.create(service.address() + path);
  }

  HttpResponse<String> send(String method, String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.noBody()));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** What a request that must succeed gets. */
  JsonObject json(String method, String path) throws Exception {
    HttpResponse<String> response = send(method, path);
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    return json(response);
  }

  static JsonObject json(HttpResponse<String> response) {
    return JsonParser.parseString(response.body()).getAsJsonObject();
  }

  /** Starts a run; its path. */
  String start(String path) throws Exception {
    HttpResponse<String> response = send("POST", path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    return response.headers().firstValue("Location").orElseThrow();
  }

  /** The lines of a run's events, as they come. */
  Iterator<String> events(String run) throws Exception {
    HttpResponse<Stream<String>> response =
        client.send(HttpRequest.newBuilder(uri(run + "/events")).build(), BodyHandlers.ofLines());
    assertThat(response.headers().firstValue("Content-Type")).contains("application/x-ndjson");
    return response.body().iterator();
  }

  /** The same as bytes; closing them hangs up. */
  InputStream eventBytes(String run) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri(run + "/events")).build();
    return client.send(request, BodyHandlers.ofInputStream()).body();
  }

  /** Starts a run and reads its events to the end; the run then. */
  JsonObject finished(String path) throws Exception {
    String run = start(path);
    lines(events(run));
    return json("GET", run);
  }

  /** Reads until an event is of this kind. */
  static void readUntil(Iterator<String> events, Predicate<String> kind) {
    while (events.hasNext()) {
      if (kind.test(events.next())) {
        return;
      }
    }
    throw new AssertionError("the events have ended");
  }

  /** All the rest. */
  static List<String> lines(Iterator<String> events) {
    List<String> lines = new ArrayList<>();
    events.forEachRemaining(lines::add);
    return lines;
  }

  boolean stop() {
    return service.stop();
  }

  @Override
  public void close() {
    service.stop();
  }
}
