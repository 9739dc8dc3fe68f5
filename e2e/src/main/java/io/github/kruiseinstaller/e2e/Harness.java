package io.github.kruiseinstaller.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scripts in {@code e2e/cluster}, which stand up, reset and break a cluster of their own on
 * this machine. One instance drives one cluster.
 */
public final class Harness {
  /** Programs may have to be built first, which takes minutes. */
  private static final Duration BUILD = Duration.ofHours(1);

  private static final Duration ACTION = Duration.ofMinutes(3);

  private final Path scripts;
  private final String name;

  /**
   * Drives a cluster.
   *
   * @param scripts the folder with the scripts
   * @param name the cluster's name
   */
  public Harness(Path scripts, String name) {
    this.scripts = scripts;
    this.name = name;
  }

  /**
   * The folder with the scripts: system property {@code e2e.harness}, or {@code cluster} or {@code
   * e2e/cluster} below the working directory.
   */
  public static Optional<Path> scripts() {
    String chosen = System.getProperty("e2e.harness");
    List<Path> places =
        chosen != null
            ? List.of(Path.of(chosen))
            : List.of(Path.of("cluster"), Path.of("e2e", "cluster"));
    return places.stream()
        .map(Path::toAbsolutePath)
        .filter(place -> Files.isExecutable(place.resolve("up")))
        .findFirst();
  }

  /** Stands the cluster up, unless it is up with these versions; empty versions are the default. */
  public void up(String kubernetes, String kruise) throws InterruptedException {
    List<String> options = new ArrayList<>();
    if (!kubernetes.isEmpty()) {
      options.addAll(List.of("--kubernetes", kubernetes));
    }
    if (!kruise.isEmpty()) {
      options.addAll(List.of("--kruise", kruise));
    }
    run(BUILD, "up", options.toArray(String[]::new));
  }

  /** Takes the cluster down. */
  public void down() throws InterruptedException {
    run(ACTION, "down");
  }

  /** Makes the cluster new and empty. */
  public void reset() throws InterruptedException {
    run(ACTION, "reset");
  }

  /** Stops, starts, restarts, pauses or resumes a process of the cluster. */
  public void component(String action, String component) throws InterruptedException {
    run(ACTION, "component", action, component);
  }

  /** Drops what the API server sends to a port of pods, or frees the way again. */
  public void network(String action, int port) throws InterruptedException {
    run(ACTION, "network", action, Integer.toString(port));
  }

  /** Adds an image; the content is a word or a version that the harness knows. */
  public void image(String image, String content) throws InterruptedException {
    run(BUILD, "image", image, content);
  }

  /** What the harness tells about the cluster; {@code READY} is {@code yes} when it is up. */
  public Map<String, String> status() throws InterruptedException {
    return pairs(call(ACTION, "status").out());
  }

  /** HELM, KUBECTL and, for a cluster that is up, KUBECONFIG and AUDIT_LOG. */
  public Map<String, String> environment() throws InterruptedException {
    return pairs(run(BUILD, "env").out().replace("export ", ""));
  }

  private static Map<String, String> pairs(String lines) {
    Map<String, String> pairs = new LinkedHashMap<>();
    lines
        .lines()
        .flatMap(line -> java.util.Arrays.stream(line.split(" ")))
        .filter(pair -> pair.contains("="))
        .forEach(
            pair ->
                pairs.put(
                    pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1)));
    return pairs;
  }

  private Subprocess run(Duration timeout, String script, String... words)
      throws InterruptedException {
    return call(timeout, script, words).orThrow(script + " of cluster " + name);
  }

  private Subprocess call(Duration timeout, String script, String... words)
      throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(scripts.resolve(script).toString());
    command.addAll(List.of(words));
    command.addAll(List.of("--name", name));
    return Subprocess.run(timeout, Map.of(), command);
  }
}
