package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The process that installs is killed at any instant: nobody is refused, and the next run finishes
 * the work. Each round kills the installer some times in a row on one cluster, and then lets it
 * end. System properties: {@code e2e.kill.rounds}, {@code e2e.kill.seed}.
 */
class KillE2e extends InstallTest {
  private static final int KILLS_A_ROUND = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String[] INSTANTS = {
    "Planned",
    "StageStarted namespace",
    "StageStarted crds",
    "StageStarted park",
    "StageStarted manager",
    "StageStarted rollout",
    "StageStarted prove",
    "Proving",
    "StageStarted arm",
    "ArmingChanged",
    "StageStarted enforce",
    "StageStarted verify"
  };

  @Test
  void killedAtRandomInstants() throws Exception {
    long seed = Long.getLong("e2e.kill.seed", System.nanoTime());
    System.out.println("   seed: -De2e.kill.seed=" + seed);
    Random random = new Random(seed);
    int rounds = Integer.getInteger("e2e.kill.rounds", 3);
    for (int round = 0; round < rounds; round++) {
      if (round > 0) {
        cluster().reset();
      }
      bystander();
      // In the order of a run, so that each kill finds work that the one before has left.
      for (int instant :
          random.ints(0, INSTANTS.length).distinct().limit(KILLS_A_ROUND).sorted().toArray()) {
        killOne(INSTANTS[instant], Duration.ofMillis(random.nextInt(600)));
      }
      convergesWithoutRefusals();
    }
  }

  @Test
  void killedInTheMiddleOfAProofLeavesNothingBehind() throws Exception {
    bystander();
    killOne("Proving", Duration.ZERO);
    System.out.println("   left over: " + new LiveWebhooks(api()).others());
    convergesWithoutRefusals();
  }

  private static void killOne(String instant, Duration later) throws InterruptedException {
    try (InstallerChild child =
        InstallerChild.start(cluster().kubeconfig(), manifests(), PATIENCE)) {
      boolean reached = child.await(line -> line.startsWith(instant), PATIENCE);
      child.goOnFor(later);
      String last = child.kill();
      assertThat(last).as("the installer had begun").isNotEmpty();
      System.out.printf(
          "   killed %d ms after '%s'%s, in the middle of: %s%n",
          later.toMillis(), instant, reached ? "" : " (which it never reached)", last);
    }
  }

  private void convergesWithoutRefusals() throws InterruptedException {
    try (InstallerChild child =
        InstallerChild.start(cluster().kubeconfig(), manifests(), PATIENCE)) {
      assertThat(child.exitCode(PATIENCE)).as("the next run succeeds").isZero();
    }
    assertInstalled();
    nobodyWasRefused();
    endBystander();
  }

  private static Path manifests() {
    return chart("kruise-" + VERSION + ".yaml");
  }
}
