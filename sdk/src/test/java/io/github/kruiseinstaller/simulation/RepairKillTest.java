package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SmallRelease;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The process that repairs is killed at every single request, as {@link KillPoints} says. */
@EnabledIfSystemProperty(
    named = "simulation",
    matches = "true",
    disabledReason = "takes minutes: mvn verify -Psimulation runs it")
class RepairKillTest {
  private static final ReleaseSource SMALL =
      ReleaseSource.manifests(SmallRelease.yaml(), "small release");

  @Test
  void repairOfADeadIncident_isFinishedByTheNextRepair(TestReporter reporter) throws Exception {
    points(Scene.deadIncident(SMALL), Verb.REPAIR, Verb.REPAIR, reporter);
  }

  @Test
  void repairOfADeadIncident_isFinishedByAnInstallation(TestReporter reporter) throws Exception {
    points(Scene.deadIncident(SMALL), Verb.REPAIR, Verb.INSTALL, reporter);
  }

  @Test
  void installationOverADeadIncident_isFinishedByARepair(TestReporter reporter) throws Exception {
    points(Scene.deadIncident(SMALL), Verb.INSTALL, Verb.REPAIR, reporter);
  }

  @Test
  void repairOfAManagerScaledToZero_isFinishedByTheNextRepair(TestReporter reporter)
      throws Exception {
    points(Scene.damaged(SMALL, Damage::scaleToZero), Verb.REPAIR, Verb.REPAIR, reporter);
  }

  @Test
  void repairOfAServiceThatSelectsNobody_isFinishedByTheNextRepair(TestReporter reporter)
      throws Exception {
    points(Scene.damaged(SMALL, Damage::selectNobody), Verb.REPAIR, Verb.REPAIR, reporter);
  }

  private static void points(Scene scene, Verb verb, Verb next, TestReporter reporter)
      throws Exception {
    int points = KillPoints.tryAll(scene, verb, next);
    reporter.publishEntry("points at which it was killed", Integer.toString(points));
    assertThat(points).isGreaterThan(40);
  }
}
