package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testing.Charts;
import io.github.kruiseinstaller.testkit.SmallRelease;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The process that installs is killed at every single request, as {@link KillPoints} says. */
@EnabledIfSystemProperty(
    named = "simulation",
    matches = "true",
    disabledReason = "takes minutes: the Maven profile simulation runs it")
class KillAtEveryRequestTest {
  private static final ReleaseSource SMALL =
      ReleaseSource.manifests(SmallRelease.yaml(), "small release");

  @Test
  void install_killedAtEachRequest_refusesNobodyAndIsFinishedByTheNextRun(TestReporter reporter)
      throws Exception {
    assertThat(points(Scene.empty(SMALL), reporter)).isGreaterThan(100);
  }

  @Test
  void runOverADeadIncident_killedAtEachRequest_refusesNobodyOnceItHasDisarmed(
      TestReporter reporter) throws Exception {
    assertThat(points(Scene.deadIncident(SMALL), reporter)).isGreaterThan(50);
  }

  @Test
  void runOverADriftedInstallation_killedAtEachRequest_refusesNobody(TestReporter reporter)
      throws Exception {
    assertThat(points(Scene.drifted(SMALL), reporter)).isGreaterThan(50);
  }

  @Test
  void repairOfADeadIncident_killedAtEachRequest_isFinishedByTheNextRepair(TestReporter reporter)
      throws Exception {
    assertThat(points(Scene.deadIncident(SMALL), Verb.REPAIR, Verb.REPAIR, reporter))
        .isGreaterThan(50);
  }

  @Test
  @EnabledIfSystemProperty(named = "simulation", matches = "true", disabledReason = REASON)
  void repairOfADeadIncident_killedAtEachRequest_isFinishedByAnInstallation(TestReporter reporter)
      throws Exception {
    assertThat(points(Scene.deadIncident(SMALL), Verb.REPAIR, Verb.INSTALL, reporter))
        .isGreaterThan(50);
  }

  @Test
  @EnabledIfSystemProperty(named = "simulation", matches = "true", disabledReason = REASON)
  void installationOverADeadIncident_killedAtEachRequest_isFinishedByARepair(TestReporter reporter)
      throws Exception {
    assertThat(points(Scene.deadIncident(SMALL), Verb.INSTALL, Verb.REPAIR, reporter))
        .isGreaterThan(50);
  }

  @Test
  @EnabledIfSystemProperty(named = "simulation", matches = "true", disabledReason = REASON)
  void repairOfAManagerScaledToZero_killedAtEachRequest_isFinishedByTheNextRepair(
      TestReporter reporter) throws Exception {
    Scene scene = Scene.damaged(SMALL, Damage::scaleToZero);
    assertThat(points(scene, Verb.REPAIR, Verb.REPAIR, reporter)).isGreaterThan(50);
  }

  @Test
  @EnabledIfSystemProperty(named = "simulation", matches = "true", disabledReason = REASON)
  void repairOfAServiceThatSelectsNobody_killedAtEachRequest_isFinishedByTheNextRepair(
      TestReporter reporter) throws Exception {
    Scene scene = Scene.damaged(SMALL, Damage::selectNobody);
    assertThat(points(scene, Verb.REPAIR, Verb.REPAIR, reporter)).isGreaterThan(50);
  }

  @Test
  @EnabledIfSystemProperty(named = "simulation", matches = "true", disabledReason = REASON)
  void installOfTheOfficialRelease_killedAtEachRequest_refusesNobody(TestReporter reporter)
      throws Exception {
    assertThat(points(Scene.empty(official()), reporter)).isGreaterThan(100);
  }

  @Test
  void officialRunOverADeadIncident_killedAtEachRequest_refusesNobodyOnceItHasDisarmed(
      TestReporter reporter) throws Exception {
    assertThat(points(Scene.deadIncident(official()), reporter)).isGreaterThan(50);
  }

  @Test
  void officialRunOverADriftedInstallation_killedAtEachRequest_refusesNobody(TestReporter reporter)
      throws Exception {
    assertThat(points(Scene.drifted(official()), reporter)).isGreaterThan(50);
  }

  private static ReleaseSource official() {
    return ReleaseSource.manifests(Charts.renderedFile("1.8.3"));
  }

  private static int points(Scene scene, TestReporter reporter) throws Exception {
    return points(scene, Verb.INSTALL, Verb.INSTALL, reporter);
  }

  private static int points(Scene scene, Verb verb, Verb next, TestReporter reporter)
      throws Exception {
    int points = KillPoints.tryAll(scene, verb, next);
    reporter.publishEntry("points at which the installer was killed", Integer.toString(points));
    return points;
  }
}
