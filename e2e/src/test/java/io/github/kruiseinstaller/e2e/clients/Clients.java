package io.github.kruiseinstaller.e2e.clients;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.kruiseinstaller.e2e.Harness;
import io.github.kruiseinstaller.e2e.Subprocess;
import io.github.kruiseinstaller.e2e.TestCluster;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs that nobody here wrote, pointed at a simulated cluster. */
final class Clients {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final SimulatedCluster cluster;
  private final Path home;
  private final Map<String, Path> programs = new HashMap<>();

  /**
   * @param home where the programs keep their caches
   */
  Clients(SimulatedCluster cluster, Path home) {
    this.cluster = cluster;
    this.home = home;
  }

  /** Runs kubectl to its end, whatever comes of it; skips the test where there is none. */
  Subprocess kubectl(String... arguments) throws InterruptedException {
    return run("KUBECTL", "kubectl", arguments);
  }

  /** Runs helm to its end, whatever comes of it; skips the test where there is none. */
  Subprocess helm(String... arguments) throws InterruptedException {
    return run("HELM", "helm", arguments);
  }

  private Subprocess run(String variable, String name, String... arguments)
      throws InterruptedException {
    Path program = programs.get(name);
    if (program == null) {
      Optional<Path> found = find(variable, name);
      assumeTrue(found.isPresent(), "no " + name + ": set " + variable + " or put it on the PATH");
      program = found.orElseThrow();
      programs.put(name, program);
    }
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    return Subprocess.run(
        LIMIT,
        Map.of("KUBECONFIG", cluster.kubeconfigFile().toString(), "HOME", home.toString()),
        command);
  }

  /** The one that the environment names, the harness's where its cluster is used, or the PATH's. */
  private static Optional<Path> find(String variable, String name) throws InterruptedException {
    String chosen = System.getenv(variable);
    Optional<String> harness = TestCluster.harnessCluster();
    Optional<Path> scripts = Harness.scripts();
    if (chosen == null && harness.isPresent() && scripts.isPresent()) {
      chosen = new Harness(scripts.get(), harness.get()).environment().get(variable);
    }
    Stream<Path> onThePath =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(folder -> Path.of(folder, name));
    return Stream.concat(Stream.ofNullable(chosen).map(Path::of), onThePath)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** A file of the official charts; skips the test where there is none. */
  static Path chart(String name) {
    String chosen = System.getenv("KRUISE_CHARTS");
    Path charts =
        chosen != null
            ? Path.of(chosen)
            : Path.of("").toAbsolutePath().getParent().resolveSibling("shared").resolve("charts");
    Path file = charts.resolve(name);
    assumeTrue(
        Files.isRegularFile(file),
        "no " + file + ": set KRUISE_CHARTS to a folder with the official charts");
    return file;
  }
}
