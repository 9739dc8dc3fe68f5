package io.github.kruiseinstaller.examples.deploy;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.fault.ApiRequest;
import io.github.kruiseinstaller.testkit.fault.Recorder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Simulated clusters, each with somebody who needs Pods all the time, and the command line over
 * them. Keeps what was printed.
 */
final class SimulatedFleet implements AutoCloseable {
  /** Its Pods count as available at once: nothing here is about how long they have been. */
  static final String RELEASE =
      SmallRelease.yaml().replace("minReadySeconds: 3", "minReadySeconds: 0");

  final Transcript out = new Transcript();
  final Transcript err = new Transcript();
  private final Map<String, SimulatedCluster> clusters = new LinkedHashMap<>();
  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private final Path folder;
  private CtrlC ctrlC = new CtrlC();
  private int questions;

  /** Clusters of these names, in their order. */
  SimulatedFleet(Path folder, String... names) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("release.yaml"), RELEASE);
    for (String name : names) {
      SimulatedCluster cluster = SimulatedCluster.start();
      clusters.put(name, cluster);
      addKubeconfig(name, cluster.kubeconfig());
      Bystander bystander = cluster.bystander("shop");
      whenWriting(name, request -> refusals.addAll(bystander.refusals()));
    }
  }

  void addKubeconfig(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  SimulatedCluster cluster(String name) {
    return clusters.get(name);
  }

  /** Brings one cluster to the release. */
  void install(String name) {
    OpenKruiseInstaller.builder()
        .kubeconfig(Path.of(file(name)))
        .release(ReleaseSource.manifests(RELEASE, "small"))
        .build()
        .install();
  }

  /** This happens before each write to a cluster. */
  void whenWriting(String name, Consumer<ApiRequest> happens) {
    cluster(name)
        .requests()
        .whenBegun(
            request -> {
              if (isWrite(request)) {
                happens.accept(request);
              }
            });
  }

  /**
   * Runs the command line, of the small release over all clusters.
   *
   * @param answer what a person types; null: nobody sits there
   * @param arguments before the release and the clusters
   * @param more names of further kubeconfig files
   * @return the exit status
   */
  int run(@Nullable Supplier<String> answer, String arguments, String... more) {
    List<String> line = new ArrayList<>(List.of(arguments.split(" ")));
    line.addAll(List.of("--manifests", file("release.yaml")));
    clusters.keySet().forEach(name -> line.add(file(name)));
    List.of(more).forEach(name -> line.add(file(name)));
    ctrlC = new CtrlC();
    return Main.commandLine(ctrlC, answer == null ? null : () -> asked(answer))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(line.toArray(String[]::new));
  }

  void pressCtrlC() {
    ctrlC.press();
  }

  /** How often somebody was asked. */
  int questions() {
    return questions;
  }

  /** Whose requests for Pods were refused, asked before each write and now. */
  List<String> refusals() {
    List<String> all = new ArrayList<>(refusals);
    clusters.values().forEach(cluster -> all.addAll(cluster.bystander("shop").refusals()));
    return all;
  }

  /** What a cluster was asked to write. */
  List<ApiRequest> writes(String name) {
    return requests(name).stream().filter(SimulatedFleet::isWrite).toList();
  }

  /** What a cluster was asked. */
  List<ApiRequest> requests(String name) {
    return cluster(name).requests().entries().stream().map(Recorder.Entry::request).toList();
  }

  /** What a cluster is called in all output. */
  String file(String name) {
    return folder.resolve(name).toString();
  }

  /** How lines about a cluster begin. */
  String prefix(String name) {
    return "[" + file(name) + "] ";
  }

  private String asked(Supplier<String> answer) {
    questions++;
    return answer.get();
  }

  /** To ask what one may do is a create, too, and writes nothing. */
  private static boolean isWrite(ApiRequest request) {
    return request.writes()
        && !request.dryRun()
        && !request.resource().endsWith(".authorization.k8s.io");
  }

  @Override
  public void close() {
    clusters.values().forEach(SimulatedCluster::close);
  }
}
