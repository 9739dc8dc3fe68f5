package io.github.kruiseinstaller.internal.uninstall;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.live.OwnGroups;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testing.Charts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChartObjectsTest {
  static List<String> versions() {
    return Charts.versions();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void everyObjectOfAnOfficialChart_isKnown(String version) {
    Release release =
        ReleaseSource.manifests(Charts.renderedFile(version)).load(new ReleaseRequest(null, null));

    assertThat(release.supportingObjects()).isNotEmpty().allMatch(ChartObjectsTest::isKnown);
    assertThat(release.managerDeployment()).matches(ChartObjects::isOfTheManager);
    assertThat(release.daemon().orElseThrow()).matches(ChartObjects::isOfTheManager);
    assertThat(release.customResourceDefinitions()).isNotEmpty().allMatch(OwnGroups::isDefinition);
  }

  private static boolean isKnown(Manifest object) {
    return object.namespace() == null
        ? ChartObjects.isOfTheCluster(object.ref())
        : object.namespace().equals("kruise-system")
            ? ChartObjects.isOfTheManager(object)
            : ChartObjects.isOfTheDaemon(object.ref());
  }

  @Test
  void isOfNodes_isOfTheManagersOwnKindsOnly() {
    assertThat(ChartObjects.isOfNodes(cluster("apps.kruise.io/v1alpha1", "NodeImage"))).isTrue();
    assertThat(ChartObjects.isOfNodes(cluster("apps.kruise.io/v1alpha1", "SidecarSet"))).isFalse();
    assertThat(ChartObjects.isOfNodes(cluster("example.com/v1", "NodeImage"))).isFalse();
  }

  @Test
  void isOfTheManager_ofAJob_isThatOfTheChartsHook() {
    assertThat(job("helm-finalizer")).matches(ChartObjects::isOfTheManager);
    assertThat(job("something")).matches(each -> !ChartObjects.isOfTheManager(each));
  }

  private static ObjectRef cluster(String apiVersion, String kind) {
    return ObjectRef.cluster(apiVersion, kind, "node-1");
  }

  private static Manifest job(String label) {
    return Manifest.of(
        Map.of(
            "apiVersion",
            "batch/v1",
            "kind",
            "Job",
            "metadata",
            Map.of(
                "name",
                "kruise-finalizer",
                "namespace",
                "kruise-system",
                "labels",
                Map.of("kruise", label))));
  }
}
