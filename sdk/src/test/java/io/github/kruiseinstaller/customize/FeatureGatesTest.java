package io.github.kruiseinstaller.customize;

import static io.github.kruiseinstaller.customize.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.release.Release;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureGatesTest {
  @ParameterizedTest
  @CsvSource({
    "EnableExternalCerts, 1.5.5, came with 1.7.0",
    "StatefulSetAutoResizePVCGate, 1.5.0, came with 1.7.5",
    "InPlacePodVerticalScaling, 1.8.3, came with 1.9.0",
    "PodWebhok, 1.8.3, no manager up to 1.9.0 knows"
  })
  void featureGate_whenManagerDoesNotKnowIt_isRefused(String gate, String version, String problem) {
    Release release = OfficialReleases.release(version);

    Failure failure = refused(() -> Customizer.featureGate(gate, true).customize(release));

    assertThat(failure.message()).contains(problem).contains("ends at start");
    assertThat(failure.stage()).isEqualTo(Stage.LOAD);
  }

  @ParameterizedTest
  @CsvSource({"unknown", "1.9.1", "2.0.0", "main"})
  void featureGate_whenReleaseIsNewerThanTheTable_isNotJudged(String version) {
    Release known = OfficialReleases.release("1.8.3");
    Release release =
        new Release(version, known.namespace(), known.manifests(), known.digest(), known.source());

    Release changed = Customizer.featureGate("BrandNew", true).customize(release);

    assertThat(arguments(changed)).contains("--feature-gates=ImagePullJobGate=true,BrandNew=true");
  }

  @Test
  void featureGates_whenReleaseSetsNone_addsTheArgument() {
    Release release =
        Customizer.manifest("Deployment", "kruise-controller-manager", FeatureGatesTest::dropGates)
            .customize(OfficialReleases.release("1.8.3"));

    Release changed = Customizer.featureGates(Map.of("KruiseDaemon", false)).customize(release);

    assertThat(arguments(changed)).contains("--feature-gates=KruiseDaemon=false");
  }

  @Test
  void allAlpha_whenOwnCertificatesAreAskedFor_keepsTheSecret() {
    Release together =
        Customizer.featureGates(Map.of("AllAlpha", true, "EnableExternalCerts", false))
            .customize(OfficialReleases.release("1.8.3"));
    Release oneByOne =
        Customizer.featureGate("EnableExternalCerts", false)
            .andThen(Customizer.featureGate("AllAlpha", true))
            .customize(OfficialReleases.release("1.8.3"));

    assertThat(together.manifests()).anyMatch(manifest -> manifest.isKind("Secret"));
    assertThat(oneByOne.manifests()).anyMatch(manifest -> manifest.isKind("Secret"));
  }

  @ParameterizedTest
  @CsvSource({
    "PodWebhook, false, webhooks on Pods",
    "KruiseDaemon, false, DaemonSet kruise-daemon",
    "EnableExternalCerts, true, ClusterRole kruise-certs-role"
  })
  void featureGate_whenItsObjectsAreNotInTheRelease_cannotBeTurnedBack(
      String gate, boolean first, String missing) {
    Release without =
        Customizer.featureGate(gate, first).customize(OfficialReleases.release("1.8.3"));

    assertThat(refused(() -> Customizer.featureGate(gate, !first).customize(without)).message())
        .contains(missing);
  }

  @Test
  void daemonOption_whenDaemonIsOff_isRefused() {
    Release without =
        Customizer.featureGate("KruiseDaemon", false).customize(OfficialReleases.release("1.8.3"));

    assertThat(refused(() -> Customizer.daemonPort(1234).customize(without)).message())
        .contains("has no DaemonSet kruise-daemon")
        .contains("KruiseDaemon=false");
    assertThat(Customizer.image("kruise:v1").customize(without).manifests())
        .filteredOn(manifest -> manifest.isKind("Deployment"))
        .extracting(manifest -> manifest.text("spec", "template", "spec", "containers", 0, "image"))
        .containsExactly("kruise:v1");
  }

  private static Manifest dropGates(Manifest manager) {
    return manager.edit(
        tree ->
            new Node(tree)
                .at("spec", "template", "spec")
                .items("containers")
                .get(0)
                .list("args")
                .removeIf(argument -> ("" + argument).startsWith("--feature-gates")));
  }

  private static List<Object> arguments(Release release) {
    return release.manifests().stream()
        .filter(manifest -> manifest.isKind("Deployment"))
        .findFirst()
        .orElseThrow()
        .list("spec", "template", "spec", "containers", 0, "args");
  }
}
