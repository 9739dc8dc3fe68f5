package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SmallRelease;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The process that uninstalls is killed at every single request, as {@link KillPoints} says. */
@EnabledIfSystemProperty(
    named = "simulation",
    matches = "true",
    disabledReason = "takes minutes: mvn verify -Psimulation runs it")
class UninstallKillTest {
  private static final ReleaseSource SMALL =
      ReleaseSource.manifests(SmallRelease.yaml(), "small release");

  @Test
  void removalOfEverything_isFinishedByTheNextOne(TestReporter reporter) throws Exception {
    points(Verb.REMOVE, reporter);
  }

  @Test
  void removalOfTheManagerAlone_isFinishedByTheNextOne(TestReporter reporter) throws Exception {
    points(Verb.UNINSTALL, reporter);
  }

  private static void points(Verb verb, TestReporter reporter) throws Exception {
    int points = KillPoints.tryAll(Scene.used(SMALL), verb, verb);
    reporter.publishEntry("points at which it was killed", Integer.toString(points));
    assertThat(points).isGreaterThan(60);
  }
}
