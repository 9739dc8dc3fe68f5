package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The process that installs is killed at any instant: nobody is refused, and the next run finishes
 * the work. Each round kills the installer some times in a row on one cluster, and then lets it
 * end. System properties: {@code e2e.kill.rounds}, {@code e2e.kill.seed}.
 */
class KillE2e extends InstallTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> INSTANTS =
      List.of(
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
          "StageStarted verify");

  @Test
  void killedAtRandomInstants() throws Exception {
    Random random = random("e2e.kill.seed");
    int rounds = Integer.getInteger("e2e.kill.rounds", 3);
    for (int round = 0; round < rounds; round++) {
      if (round > 0) {
        reset();
      }
      bystander();
      for (String instant : killsOfARound(random, INSTANTS)) {
        killOne(instant, Duration.ofMillis(random.nextInt(600)));
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
      child.killAfter(instant, later, PATIENCE);
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
