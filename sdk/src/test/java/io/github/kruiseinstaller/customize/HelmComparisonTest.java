package io.github.kruiseinstaller.customize;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.testing.Charts;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The official chart, rendered by the real helm with values, against its default rendering changed
 * by the customizer for the same values.
 */
class HelmComparisonTest {
  @TempDir private Path home;

  static Stream<Arguments> optionsAndVersions() {
    return ChartOption.all()
        .flatMap(
            option -> option.versions().stream().map(version -> Arguments.of(version, option)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("optionsAndVersions")
  void customize_whenChartHasTheValue_equalsItsRendering(String version, ChartOption option)
      throws Exception {
    Path helm = helm();
    Release original = OfficialReleases.release(version);
    Release customized = option.customizer().customize(original);
    // Without its 17 definitions the chart renders in half the time. Only one value touches them.
    boolean sameDefinitions = !option.name().equals(ChartOption.TOUCHES_DEFINITIONS);
    List<String> values = new ArrayList<>(option.helm());
    List<Manifest> rendered = new ArrayList<>();
    if (sameDefinitions) {
      values.addAll(List.of("--set", "crds.managed=false"));
      rendered.addAll(original.customResourceDefinitions());
    }

    rendered.addAll(OfficialReleases.parse(render(helm, version, values)));

    Release expected = Release.of("helm", rendered);
    assertThat(Changes.between(expected.manifests(), customized.manifests()))
        .as("differences between the chart's rendering and ours")
        .isEmpty();
    assertThat(customized.digest()).isEqualTo(expected.digest());
    assertThat(customized.digest()).isNotEqualTo(original.digest());
  }

  private String render(Path helm, String version, List<String> values) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                helm.toString(),
                "template",
                "kruise",
                Charts.archive(version).toString(),
                "--namespace=kruise-system",
                "--kube-version=1.32.0",
                "--no-hooks"));
    command.addAll(values);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HELM_CACHE_HOME", home.toString());
    builder.environment().put("HELM_CONFIG_HOME", home.toString());
    builder.environment().put("HELM_DATA_HOME", home.toString());
    File errors = home.resolve("errors").toFile();
    Process process = builder.redirectError(errors).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors.toPath())).isZero();
    return output;
  }

  private static Path helm() throws IOException {
    Optional<Path> helm =
        Stream.concat(
                Stream.of(Objects.requireNonNullElse(System.getenv("HELM"), ""))
                    .filter(text -> !text.isEmpty())
                    .map(Path::of),
                Pattern.compile(Pattern.quote(File.pathSeparator))
                    .splitAsStream(Objects.requireNonNullElse(System.getenv("PATH"), ""))
                    .map(folder -> Path.of(folder, "helm")))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(
        helm.isPresent(), "Skipped: there is no helm. Put it on PATH or name it in HELM.");
    return helm.orElseThrow();
  }
}
