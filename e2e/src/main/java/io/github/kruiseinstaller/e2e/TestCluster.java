package io.github.kruiseinstaller.e2e;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that tests and benchmarks work on.
 *
 * <p>System property {@code e2e.cluster} or environment variable {@code KRUISE_E2E_CLUSTER} names a
 * cluster of the harness, which is stood up when it is not there. Otherwise {@code KUBECONFIG}
 * names any cluster; one that has OpenKruise already is not touched. System properties {@code
 * e2e.kubernetes} and {@code e2e.kruise} choose versions of the harness. Where {@code e2e.clusters}
 * says that there are several, each JVM of tests has its own: {@code e2e.fork}, such as {@code -1},
 * follows the name.
 */
public final class TestCluster implements AutoCloseable {
  private final Path kubeconfig;
  private final @Nullable Harness harness;
  private final Map<String, String> environment;
  private final KubeApi api;

  private TestCluster(Path kubeconfig, @Nullable Harness harness, Map<String, String> environment) {
    this.kubeconfig = kubeconfig;
    this.harness = harness;
    this.environment = Map.copyOf(environment);
    this.api = KubeApi.open(kubeconfig);
  }

  /**
   * The cluster that the environment names, or empty when it names none.
   *
   * @throws IllegalStateException when it names one that cannot be used
   */
  public static Optional<TestCluster> find() throws InterruptedException {
    Optional<String> name = harnessCluster();
    if (name.isPresent()) {
      return Optional.of(
          ofHarness(
              name.get(),
              System.getProperty("e2e.kubernetes", ""),
              System.getProperty("e2e.kruise", "1.8.3,1.5.5,1.5.0")));
    }
    String path = System.getenv("KUBECONFIG");
    if (path == null || path.isBlank()) {
      return Optional.empty();
    }
    TestCluster cluster =
        new TestCluster(Path.of(path.split(File.pathSeparator, 2)[0]), null, System.getenv());
    if (cluster.api.find("/apis/apps.kruise.io/v1alpha1").isPresent()) {
      throw new IllegalStateException(
          "the cluster of "
              + path
              + " has OpenKruise already; these tests install and remove it: use another cluster");
    }
    return Optional.of(cluster);
  }

  /** The name of the cluster of the harness, where one is asked for. */
  public static Optional<String> harnessCluster() {
    String name = System.getProperty("e2e.cluster", System.getenv("KRUISE_E2E_CLUSTER"));
    if (name == null || name.isBlank()) {
      return Optional.empty();
    }
    boolean several = Integer.getInteger("e2e.clusters", 1) > 1;
    return Optional.of(several ? name + System.getProperty("e2e.fork", "-1") : name);
  }

  /** A cluster of the harness with these versions, stood up when it is not there. */
  public static TestCluster ofHarness(String name, String kubernetes, String kruise)
      throws InterruptedException {
    Path scripts =
        Harness.scripts()
            .orElseThrow(
                () -> new IllegalStateException("no cluster/up below the working directory"));
    Harness harness = new Harness(scripts, name);
    if (!"yes".equals(harness.status().get("READY"))) {
      harness.up(kubernetes, kruise);
    }
    Map<String, String> environment = harness.environment();
    String kubeconfig = environment.get("KUBECONFIG");
    if (kubeconfig == null) {
      throw new IllegalStateException("the harness does not tell KUBECONFIG: " + environment);
    }
    return new TestCluster(Path.of(kubeconfig), harness, environment);
  }

  /** The kubeconfig with all rights. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** Requests with all rights. */
  public KubeApi api() {
    return api;
  }

  /** Whether the control plane can be stopped, images be added, and audit be read. */
  public boolean hasHarnessPowers() {
    return harness != null;
  }

  /**
   * The harness of this cluster.
   *
   * @throws IllegalStateException when it is not a cluster of the harness
   */
  public Harness harness() {
    if (harness == null) {
      throw new IllegalStateException(kubeconfig + " is not a cluster of the harness");
    }
    return harness;
  }

  /** Makes the cluster as if nothing had ever been installed. */
  public void reset() throws InterruptedException {
    if (harness != null) {
      harness.reset();
    } else {
      new CleanUp(api).run(Duration.ofMinutes(2));
    }
  }

  /** What the API server has been asked, where that is known. */
  public Optional<AuditLog> audit() {
    return Optional.ofNullable(environment.get("AUDIT_LOG")).map(Path::of).map(AuditLog::new);
  }

  /** The helm executable, where there is one. */
  public Optional<Path> helm() {
    return tool("HELM", "helm");
  }

  /** A helm 3 to compare with, where the harness has one. */
  public Optional<Path> helm3() {
    return Optional.ofNullable(environment.get("HELM3")).map(Path::of);
  }

  /** The kubectl executable, where there is one. */
  public Optional<Path> kubectl() {
    return tool("KUBECTL", "kubectl");
  }

  private Optional<Path> tool(String variable, String name) {
    List<Path> places = new ArrayList<>();
    String chosen = environment.get(variable);
    if (chosen != null) {
      places.add(Path.of(chosen));
    }
    Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .forEach(places::add);
    return places.stream().filter(Files::isExecutable).findFirst();
  }

  /** Runs a tool against this cluster. */
  public Subprocess run(Duration timeout, Path tool, String... words) throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(tool.toString());
    command.addAll(List.of(words));
    return Subprocess.run(timeout, Map.of("KUBECONFIG", kubeconfig.toString()), command);
  }

  /** Ends the connections; the cluster stays. */
  @Override
  public void close() {
    api.close();
  }
}
