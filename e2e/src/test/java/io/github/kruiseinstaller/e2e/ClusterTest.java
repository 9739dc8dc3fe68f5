package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/**
 * A test on a real cluster, which is fresh at the start of each but those that are tagged {@link
 * #AS_IT_IS}. Skipped when there is no cluster, or not the powers that a test asks for.
 */
abstract class ClusterTest {
  /** The tag of a test that looks itself whether the cluster will do as it is. */
  static final String AS_IT_IS = "as-it-is";

  /** The requests that tell whether Pods are refused now, where no webhook is waited for. */
  static final Duration JUST_NOW = Duration.ofMillis(1_500);

  private static final Duration REFUSED_WITHIN = Duration.ofSeconds(90);
  private static final Duration ASKED_WITHIN = Duration.ofMinutes(1);

  /** Of each verb; a bystander that has hardly asked has proven nothing. */
  private static final int ENOUGH = 10;

  /** A busy cluster may be slow to answer; a bystander that does not ask has proven nothing. */
  private static final Duration MOST_SILENCE = Duration.ofSeconds(5);

  private static final String NO_CLUSTER =
      "no cluster: set KRUISE_E2E_CLUSTER to a name for one of the harness, or KUBECONFIG";

  private static @Nullable TestCluster shared;
  private @Nullable Bystander bystander;

  @BeforeEach
  void begin(TestInfo test) throws InterruptedException {
    if (shared == null) {
      shared = TestCluster.find().orElse(null);
    }
    assumeTrue(shared != null, NO_CLUSTER);
    System.out.println("== " + test.getDisplayName() + " at " + Instant.now());
    if (!test.getTags().contains(AS_IT_IS)) {
      reset();
    }
  }

  /** Makes the cluster new. */
  static void reset() throws InterruptedException {
    long began = System.nanoTime();
    cluster().reset();
    System.out.printf("   reset in %.1f s%n", (System.nanoTime() - began) / 1e9);
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

  /**
   * Waits until Pods are refused.
   *
   * @param lookBack how far back an answer counts: as long as it takes every thread of the
   *     bystander to get one
   */
  void untilRefused(Duration lookBack) throws InterruptedException {
    Bystander asking = bystander();
    Await.until(
        "every Pod is refused",
        REFUSED_WITHIN,
        () -> asking.reportAnsweredSince(asking.moment() - lookBack.toNanos()).refused() > 5);
  }

  /** Stops the bystander and requires that nobody was refused while it was watched enough. */
  void nobodyWasRefused() throws InterruptedException {
    Bystander asking = bystander();
    untilAskedEnough(asking::report);
    assertNobodyWasRefused(asking.stop());
  }

  /** The same of the requests that were sent after a moment. */
  void nobodyWasRefusedSince(long moment) throws InterruptedException {
    Bystander asking = bystander();
    untilAskedEnough(() -> asking.reportSince(moment));
    asking.stop();
    assertNobodyWasRefused(asking.reportSince(moment));
  }

  /** Waits until a bystander has asked often enough to have met a refusal. */
  static void untilAskedEnough(Supplier<BystanderReport> seen) throws InterruptedException {
    Await.until(
        "the bystander has asked " + ENOUGH + " times for each verb",
        ASKED_WITHIN,
        () -> {
          BystanderReport report = seen.get();
          return report.refused() > 0
              || report.tallies().values().stream().allMatch(tally -> tally.admitted() >= ENOUGH);
        });
  }

  static void assertNobodyWasRefused(BystanderReport report) {
    assertThat(report.refusals()).as(report.render()).isEmpty();
    assertThat(report.outage()).isZero();
    assertThat(report.tallies().values())
        .as(report.render())
        .allSatisfy(tally -> assertThat(tally.admitted()).isGreaterThanOrEqualTo(ENOUGH));
    assertThat(report.silence()).as("nobody asked").isLessThan(MOST_SILENCE);
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
