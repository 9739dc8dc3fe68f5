package io.github.kruiseinstaller.internal.wait;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.Manifest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaSetsTest {
  private static final String REVISION = "deployment.kubernetes.io/revision";
  private static final Manifest DEPLOYMENT =
      Manifest.of(
          Map.of(
              "apiVersion",
              "apps/v1",
              "kind",
              "Deployment",
              "metadata",
              Map.of(
                  "name",
                  "manager",
                  "namespace",
                  "ns",
                  "uid",
                  "manager-uid",
                  "annotations",
                  Map.of(REVISION, "3"))));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // Available replicas of revisions 1, 2 and 3, of which 3 is current; two are wanted.
        "0; 0; 2; 3",
        "0; 2; 0; 2",
        "0; 1; 1; 2",
        "0; 1; 2; 3",
        "0; 2; 1; 2",
        "1; 1; 1; 2",
        "1; 2; 0; 2",
        "1; 0; 1; 1"
      })
  void lasting_isOneThatKeepsPodsBesideNewOnes(int one, int two, int three, String expected) {
    ReplicaSets sets = of(set(1, one, one), set(2, two, two), set(3, three, three));

    assertThat(sets.lasting(2)).map(Manifest::name).contains("set-" + expected);
  }

  @Test
  void lasting_whenNothingIsAvailable_isNone() {
    assertThat(of(set(2, 2, 0), set(3, 1, 0)).lasting(2)).isEmpty();
  }

  @Test
  void lasting_whenTheStatusIsBehind_leavesOutWhatIsAboutToEnd() {
    assertThat(of(set(2, 0, 1), set(3, 2, 2)).lasting(2)).map(Manifest::name).contains("set-3");
  }

  @Test
  void serving_whenTheStatusIsBehind_leavesOutWhatIsAboutToEnd() {
    assertThat(of(set(2, 0, 1), set(3, 2, 2)).serving()).isEmpty();
    assertThat(of(set(2, 1, 1), set(3, 2, 2)).serving()).map(Manifest::name).contains("set-2");
  }

  private static ReplicaSets of(Manifest... sets) {
    return ReplicaSets.among(Arrays.asList(sets), DEPLOYMENT);
  }

  private static Manifest set(int revision, long wanted, long available) {
    return Manifest.of(
        Map.of(
            "apiVersion",
            "apps/v1",
            "kind",
            "ReplicaSet",
            "metadata",
            Map.of(
                "name",
                "set-" + revision,
                "namespace",
                "ns",
                "creationTimestamp",
                "2025-01-0" + revision + "T00:00:00Z",
                "annotations",
                Map.of(REVISION, String.valueOf(revision)),
                "ownerReferences",
                List.of(
                    Map.of(
                        "apiVersion", "apps/v1",
                        "kind", "Deployment",
                        "name", "manager",
                        "uid", "manager-uid",
                        "controller", true))),
            "spec",
            Map.of("replicas", wanted),
            "status",
            Map.of("readyReplicas", available, "availableReplicas", available)));
  }
}
