package io.github.kruiseinstaller.e2e.clients;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.kruiseinstaller.e2e.Subprocess;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Programs that nobody here wrote, pointed at a simulated cluster. */
final class Clients {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final SimulatedCluster cluster;
  private final Path home;

  /**
   * @param home where the programs keep their caches
   */
  Clients(SimulatedCluster cluster, Path home) {
    this.cluster = cluster;
    this.home = home;
  }

  /** Runs kubectl to its end, whatever comes of it; skips the test where there is none. */
  Subprocess kubectl(String... arguments) throws InterruptedException {
    return run("KUBECTL", arguments);
  }

  /** Runs helm to its end, whatever comes of it; skips the test where there is none. */
  Subprocess helm(String... arguments) throws InterruptedException {
    return run("HELM", arguments);
  }

  private Subprocess run(String variable, String... arguments) throws InterruptedException {
    String program = System.getenv(variable);
    assumeTrue(program != null, variable + " names no program; see e2e/cluster/env");
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    return Subprocess.run(
        LIMIT,
        Map.of("KUBECONFIG", cluster.kubeconfigFile().toString(), "HOME", home.toString()),
        command);
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
