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

  @Test
  void upgrade_killedAtEachRequest_refusesNobodyAndIsFinishedByTheNextRun(TestReporter reporter)
      throws Exception {
    ReleaseSource before =
        ReleaseSource.manifests(SmallRelease.yaml("1.8.0"), "small release 1.8.0");

    assertThat(points(Scene.upgraded(before, SMALL), reporter)).isGreaterThan(100);
  }

  @Test
  void takeOverFromHelm_killedAtEachRequest_refusesNobodyAndIsFinishedByTheNextRun(
      TestReporter reporter) throws Exception {
    Scene helms = Scene.ofOthers(OtherInstaller.HELM, SMALL, SMALL);

    assertThat(points(helms.removingRecords(), reporter)).isGreaterThan(50);
  }

  @Test
  void takeOverFromKubectlWithAnUpgrade_killedAtEachRequest_refusesNobody(TestReporter reporter)
      throws Exception {
    ReleaseSource before =
        ReleaseSource.manifests(SmallRelease.yaml("1.8.0"), "small release 1.8.0");

    assertThat(points(Scene.ofOthers(OtherInstaller.KUBECTL, before, SMALL), reporter))
        .isGreaterThan(100);
  }

  @Test
  void pruningRun_killedAtEachRequest_isFinishedByTheNextRun(TestReporter reporter)
      throws Exception {
    ReleaseSource before =
        ReleaseSource.manifests(SmallRelease.yaml() + "\n---\n" + PruneTest.EXTRAS, "extended");

    assertThat(points(Scene.upgraded(before, SMALL), reporter)).isGreaterThan(50);
  }

  private static ReleaseSource official() {
    return ReleaseSource.manifests(Charts.renderedFile("1.8.3"));
  }

  private static int points(Scene scene, TestReporter reporter) throws Exception {
    int points = KillPoints.tryAll(scene);
    reporter.publishEntry("points at which the installer was killed", Integer.toString(points));
    return points;
  }
}
