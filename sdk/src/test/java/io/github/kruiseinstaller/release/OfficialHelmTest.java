package io.github.kruiseinstaller.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.testing.Charts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The official charts, rendered by the helm that KRUISE_HELM names or the PATH holds. */
class OfficialHelmTest {
  @TempDir private Path folder;

  static List<String> versions() {
    return Charts.versions();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void load_whenDefaultValues_asTheOfficialRendering(String version) {
    Release release =
        ReleaseSource.chart(Charts.archive(version), helm())
            .load(new ReleaseRequest(null, "1.32.0"));
    Release reference =
        ReleaseSource.manifests(Charts.renderedFile(version)).load(new ReleaseRequest(null, null));

    assertThat(release.digest()).isEqualTo(reference.digest());
    assertThat(release.version()).isEqualTo(version);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void load_whenAnotherNamespace_everyObjectIsThere(String version) {
    Release release =
        ReleaseSource.chart(Charts.archive(version), helm())
            .load(new ReleaseRequest("elsewhere", "1.32.0"));

    assertThat(release.namespace()).isEqualTo("elsewhere");
    assertThat(release.manifests())
        .extracting(Manifest::toJson)
        .noneMatch(json -> json.contains("\"namespace\":\"kruise-system\""));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void load_whenAValueFileNamesTheNamespace_theReleaseIsMadeForIt(String version)
      throws IOException {
    HelmOptions helm = helm().withValueFile(namespaceFile());

    Release release =
        ReleaseSource.chart(Charts.archive(version), helm).load(new ReleaseRequest(null, "1.32.0"));

    assertThat(release.namespace()).isEqualTo("team-kruise");
    assertThat(release.manifests())
        .extracting(Manifest::toJson)
        .noneMatch(json -> json.contains("\"namespace\":\"kruise-system\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Doe, Jane", "the \"best\"", "plain"})
  void load_whenThePathOfAValueFileHoldsCommasOrQuotes_itIsRead(String name) throws IOException {
    Path valueFile = Files.createDirectory(folder.resolve(name)).resolve("values.yaml");
    Files.move(namespaceFile(), valueFile);
    HelmOptions helm = helm().withValueFile(valueFile);

    Release release =
        ReleaseSource.chart(Charts.archive("1.8.3"), helm).load(new ReleaseRequest(null, "1.32.0"));

    assertThat(release.namespace()).isEqualTo("team-kruise");
  }

  @Test
  void load_whenAValueFileNamesAnotherNamespaceThanAsked_refused() throws IOException {
    ReleaseSource source =
        ReleaseSource.chart(Charts.archive("1.8.3"), helm().withValueFile(namespaceFile()));

    InstallException exception =
        catchThrowableOfType(
            InstallException.class, () -> source.load(new ReleaseRequest("elsewhere", "1.32.0")));

    assertThat(exception.failure().code()).isEqualTo(FailureCode.OPTION_INVALID);
    assertThat(exception.failure().message()).contains("team-kruise").contains("elsewhere");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void load_whenHelmHasRenderedForAnotherNamespace_asTheChartItself(String version)
      throws Exception {
    Path helm = new HelmCommand(helm()).executable();
    Path manifests = folder.resolve("k.yaml");
    Process process =
        new ProcessBuilder(
                helm.toString(),
                "template",
                "kruise",
                Charts.archive(version).toString(),
                "--set=installation.namespace=team-kruise",
                "--kube-version=1.32.0",
                "--no-hooks")
            .redirectOutput(manifests.toFile())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("errors"))).isZero();

    Release release = ReleaseSource.manifests(manifests).load(new ReleaseRequest(null, "1.32.0"));

    assertThat(release.namespace()).isEqualTo("team-kruise");
    assertThat(release.digest())
        .isEqualTo(
            ReleaseSource.chart(Charts.archive(version), helm())
                .load(new ReleaseRequest("team-kruise", "1.32.0"))
                .digest());
  }

  private Path namespaceFile() throws IOException {
    return Files.writeString(
        folder.resolve("values.yaml"), "installation:\n  namespace: team-kruise\n");
  }

  private static HelmOptions helm() {
    String configured = System.getenv("KRUISE_HELM");
    HelmOptions options =
        configured == null || configured.isBlank()
            ? HelmOptions.defaults()
            : HelmOptions.defaults().withExecutable(Path.of(configured));
    try {
      new HelmCommand(options).executable();
    } catch (InstallException e) {
      Assumptions.abort("skipped: there is no helm on the PATH; set KRUISE_HELM to one");
    }
    return options;
  }
}
