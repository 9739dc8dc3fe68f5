package io.github.kruiseinstaller.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.yaml.YamlReader;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.testing.Charts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReleaseTest {
  static List<String> versions() {
    return Charts.versions();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void load_whenOfficialChart_everyPartIsFound(String version) {
    Release release = official(version);

    assertThat(release.version()).isEqualTo(version);
    assertThat(release.namespace()).isEqualTo("kruise-system");
    assertThat(release.managerDeployment().name()).isEqualTo("kruise-controller-manager");
    assertThat(release.managerContainer()).containsEntry("name", "manager");
    assertThat(release.webhookService().name()).isEqualTo("kruise-webhook-service");
    assertThat(release.daemon()).map(Manifest::name).contains("kruise-daemon");
    assertThat(release.certificateSecret()).map(Manifest::name).contains("kruise-webhook-certs");
    assertThat(release.namespaces()).extracting(Manifest::name).contains("kruise-system");
    assertThat(release.customResourceDefinitions()).hasSize(17);
    assertThat(release.webhookConfigurations())
        .extracting(Manifest::kind)
        .containsExactly("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration");
    assertThat(release.digest()).matches("[0-9a-f]{64}");
    assertThat(release.toString()).contains(version).contains("kruise-" + version + ".yaml");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void load_whenOfficialChart_nothingIsChangedButStatusAndEmptyTimestamps(String version) {
    List<Manifest> loaded = official(version).manifests();
    List<Map<String, Object>> expected = new ArrayList<>();
    YamlReader.read("chart", Charts.rendered(version))
        .forEach(
            document -> {
              Map<String, Object> tree = document.tree();
              tree.remove("status");
              dropNullTimestamp(Trees.map(tree, "metadata"));
              dropNullTimestamp(Trees.map(tree, "spec", "template", "metadata"));
              expected.add(tree);
            });

    assertThat(loaded).extracting(Manifest::toJson).isEqualTo(jsonOf(expected));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void parts_whenOfficialChart_coverEveryObjectOnce(String version) {
    Release release = official(version);
    List<Manifest> parts = new ArrayList<>(release.namespaces());
    parts.addAll(release.customResourceDefinitions());
    parts.addAll(release.supportingObjects());
    parts.addAll(release.webhookConfigurations());
    parts.add(release.managerDeployment());
    parts.add(release.daemon().orElseThrow());

    assertThat(parts).containsExactlyInAnyOrderElementsOf(release.manifests());
  }

  @Test
  void digest_whenOrderOfObjectsAndKeysDiffers_same() {
    Release release = SmallRelease.load(SmallRelease.YAML);
    List<Manifest> reversed = new ArrayList<>(release.manifests());
    Collections.reverse(reversed);
    String otherKeys =
        SmallRelease.with(
            "{name: kruise-manager, namespace: kruise-system}",
            "{namespace: kruise-system, name: kruise-manager}");

    assertThat(release.with(reversed).digest()).isEqualTo(release.digest());
    assertThat(SmallRelease.load(otherKeys).digest()).isEqualTo(release.digest());
  }

  @Test
  void digest_whenAnythingDiffers_other() {
    Release release = SmallRelease.load(SmallRelease.YAML);
    Release other = SmallRelease.load(SmallRelease.with("more: labels", "more: \"other\""));

    assertThat(other.digest()).isNotEqualTo(release.digest());
  }

  @Test
  void managerDeployment_whenItHasAnotherName_foundByTheServiceOfTheWebhooks() {
    String renamed =
        SmallRelease.with("name: kruise-controller-manager", "name: vendor-kruise")
            + "---\n"
            + "apiVersion: apps/v1\n"
            + "kind: Deployment\n"
            + "metadata: {name: kruise-extra, namespace: kruise-system}\n";

    assertThat(SmallRelease.load(renamed).managerDeployment().name()).isEqualTo("vendor-kruise");
  }

  @Test
  void daemon_whenAbsent_empty() {
    assertThat(SmallRelease.load(SmallRelease.without("kind: DaemonSet")).daemon()).isEmpty();
  }

  @Test
  void certificateSecret_whenExternal_absentButNamed() {
    Release release = SmallRelease.load(SmallRelease.without("kind: Secret"));

    assertThat(release.certificateSecret()).isEmpty();
    assertThat(release.certificateSecretRef().name()).isEqualTo("kruise-webhook-certs");
  }

  @Test
  void certificateSecret_whenManagerIsToldAnotherName_thatOne() {
    Release release =
        SmallRelease.load(
            SmallRelease.with(
                    "{name: manager,",
                    "{name: manager, env: [{name: SECRET_NAME, value: other-certs}],")
                .replace("name: kruise-webhook-certs", "name: other-certs"));

    assertThat(release.certificateSecret()).map(Manifest::name).contains("other-certs");
  }

  @Test
  void version_whenImageHasRegistryWithPortAndDigest_tagIsRead() {
    assertThat(versionOf("registry.local:5000/mirror/kruise-manager:v1.8.0-rc.1@sha256:00"))
        .isEqualTo("1.8.0-rc.1");
    assertThat(versionOf("registry.local:5000/kruise-manager")).isEqualTo("unknown");
    assertThat(versionOf("kruise-manager:latest")).isEqualTo("unknown");
    assertThat(versionOf("kruise-manager@sha256:00")).isEqualTo("unknown");
  }

  @Test
  void with_whenImageIsChanged_versionStays() {
    Release release = SmallRelease.load(SmallRelease.YAML);
    List<Manifest> changed =
        release.manifests().stream()
            .map(
                manifest ->
                    manifest.isKind("Deployment")
                        ? Manifest.parseJson(
                            manifest.toJson().replace(":v1.8.3", "@sha256:" + "0".repeat(64)))
                        : manifest)
            .toList();

    assertThat(release.with(changed).version()).isEqualTo("1.8.3");
  }

  @Test
  void with_whenObjectsAreNoReleaseAnyMore_refused() {
    Release release = SmallRelease.load(SmallRelease.YAML);
    List<Manifest> incomplete =
        release.manifests().stream().filter(each -> !each.isKind("Deployment")).toList();

    assertThatThrownBy(() -> release.with(incomplete))
        .isInstanceOf(InstallException.class)
        .hasMessageContaining("no Deployment has the pods that Service");
  }

  @Test
  void find_whenPresentOrNot() {
    Release release = SmallRelease.load(SmallRelease.YAML);
    ObjectRef secret =
        ObjectRef.namespaced("v1", "Secret", "kruise-system", "kruise-webhook-certs");

    assertThat(release.find(secret)).isPresent();
    assertThat(release.find(ObjectRef.cluster("v1", "Namespace", "other"))).isEmpty();
  }

  private static void dropNullTimestamp(Map<String, Object> metadata) {
    if (!metadata.isEmpty()) {
      metadata.remove("creationTimestamp", null);
    }
  }

  private static String versionOf(String image) {
    String all = SmallRelease.with("openkruise/kruise-manager:v1.8.3", image);
    return SmallRelease.load(all).version();
  }

  private static Release official(String version) {
    return ReleaseSource.manifests(Charts.renderedFile(version))
        .load(new ReleaseRequest(null, null));
  }

  private static List<String> jsonOf(List<Map<String, Object>> trees) {
    return trees.stream().map(Json::compact).toList();
  }
}
