package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/**
 * A test on a real cluster, which is fresh at the start of each, unless a class sees to that
 * itself. Skipped when there is no cluster, or not the powers that a test asks for.
 */
abstract class ClusterTest {
  private static final String NO_CLUSTER =
      "no cluster: set KRUISE_E2E_CLUSTER to a name for one of the harness, or KUBECONFIG";

  private static @Nullable TestCluster shared;
  private @Nullable Bystander bystander;

  @BeforeEach
  void freshCluster(TestInfo test) throws InterruptedException {
    begin(test);
    cluster().reset();
  }

  /** Finds the cluster, as it is. */
  static void begin(TestInfo test) throws InterruptedException {
    if (shared == null) {
      shared = TestCluster.find().orElse(null);
    }
    assumeTrue(shared != null, NO_CLUSTER);
    System.out.println("== " + test.getDisplayName());
  }

  @AfterEach
  void endBystander() {
    if (bystander != null) {
      bystander.close();
      System.out.println(bystander.report().render());
      bystander = null;
    }
  }

  static TestCluster cluster() {
    if (shared == null) {
      throw new IllegalStateException(NO_CLUSTER);
    }
    return shared;
  }

  static KubeApi api() {
    return cluster().api();
  }

  /** Skips the test unless the control plane can be broken and read. */
  static void needsHarness() {
    assumeTrue(cluster().hasHarnessPowers(), "only on a cluster of the harness");
  }

  /** The bystander of this test, started at the first call. */
  Bystander bystander() throws InterruptedException {
    if (bystander == null) {
      bystander = Bystander.start(api(), "bystander-" + Long.toString(System.nanoTime(), 36));
    }
    return bystander;
  }

  /** Stops the bystander and requires that nobody was refused while it was watched enough. */
  void nobodyWasRefused() throws InterruptedException {
    assertNobodyWasRefused(bystander().stop());
  }

  static void assertNobodyWasRefused(BystanderReport report) {
    assertThat(report.refusals()).as(report.render()).isEmpty();
    assertThat(report.outage()).isZero();
    assertThat(report.tallies().values())
        .as(report.render())
        .allSatisfy(tally -> assertThat(tally.admitted()).isPositive());
    // A busy machine may be slow; one that hardly asks at all would prove nothing.
    assertThat(report.rate()).as("requests per second").isGreaterThan(10);
  }

  /** A file of the official charts; skips the test where they are absent. */
  static Path chart(String fileName) {
    Path folder = charts();
    Path file = folder.resolve(fileName);
    assumeTrue(
        Files.isRegularFile(file),
        "no " + file + ": set KRUISE_CHARTS to a folder with the official charts");
    return file;
  }

  private static Path charts() {
    String chosen = System.getenv("KRUISE_CHARTS");
    return chosen != null
        ? Path.of(chosen)
        : Path.of("").toAbsolutePath().getParent().resolveSibling("shared").resolve("charts");
  }

  static Path helm() {
    Optional<Path> helm = cluster().helm();
    assumeTrue(helm.isPresent(), "no helm: set HELM or put it on the PATH");
    return helm.orElseThrow();
  }
}
