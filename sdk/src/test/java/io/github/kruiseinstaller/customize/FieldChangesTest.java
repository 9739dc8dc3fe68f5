package io.github.kruiseinstaller.customize;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.testing.Charts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole set of fields that each option changes in each official release, against the table in
 * {@code field-changes.txt}. A section of the table is an option, with the releases for which it
 * holds where it does not hold for all.
 */
class FieldChangesTest {
  private static final Map<String, List<String>> TABLE = readTable();

  /** What the charts do not have, or have without effect in some releases. */
  private static final Map<String, Customizer> BEYOND_THE_CHART = beyondTheChart();

  private static Map<String, Customizer> beyondTheChart() {
    Map<String, Customizer> options = new LinkedHashMap<>();
    options.put("PodWebhook=false", Customizer.featureGate("PodWebhook", false));
    options.put("webhook time-out", Customizer.webhookTimeout(Duration.ofSeconds(7)));
    options.put("daemon log level", Customizer.daemonLogLevel(2));
    options.put("pull policy", Customizer.imagePullPolicy(ImagePullPolicy.IF_NOT_PRESENT));
    options.put("image by digest", Customizer.image("kruise@sha256:" + "a".repeat(64)));
    options.put("no tolerations", Customizer.tolerations());
    options.put("no resources", Customizer.resources(ResourceSpec.none()));
    options.put(
        "environment that the daemon has",
        Customizer.daemonEnv(Map.of("A", "1")).andThen(Customizer.daemonEnv(Map.of("A", "2"))));
    return options;
  }

  static Stream<Arguments> optionsAndVersions() {
    List<Arguments> cases = new ArrayList<>();
    Set<String> known = new HashSet<>();
    ChartOption.all()
        .forEach(
            option ->
                option
                    .versions()
                    .forEach(
                        version -> {
                          known.add(option.name() + version);
                          cases.add(Arguments.of(version, option.name(), option.customizer()));
                        }));
    BEYOND_THE_CHART.forEach(
        (name, customizer) ->
            Charts.versions().stream()
                .filter(version -> known.add(name + version))
                .forEach(version -> cases.add(Arguments.of(version, name, customizer))));
    cases.add(
        Arguments.of(
            "1.7.5",
            "StatefulSetAutoResizePVCGate=true",
            Customizer.featureGate("StatefulSetAutoResizePVCGate", true)));
    return cases.stream();
  }

  static Stream<Arguments> optionsOfOldestAndNewest() {
    return optionsAndVersions()
        .filter(arguments -> Set.of("1.5.0", "1.8.3").contains(arguments.get()[0]));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("optionsAndVersions")
  void customize_changesTheseFieldsAndNoOthers(String version, String name, Customizer customizer) {
    Release before = OfficialReleases.release(version);

    Release after = customizer.customize(before);

    List<String> changes =
        Changes.brief(Changes.between(before.manifests(), after.manifests())).stream()
            .map(line -> line.replace("v" + version, "v{version}"))
            .toList();
    assertThat(changes).isEqualTo(expected(name, version));
    assertThat(after.version()).isEqualTo(before.version());
    assertThat(after.namespace()).isEqualTo(before.namespace());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("optionsOfOldestAndNewest")
  void customize_whenAppliedTwice_isTheSameAsOnce(
      String version, String name, Customizer customizer) {
    Release once = customizer.customize(OfficialReleases.release(version));

    assertThat(customizer.customize(once)).isEqualTo(once);
  }

  @Test
  void none_changesNothing() {
    Release release = OfficialReleases.release("1.8.3");

    assertThat(Customizer.none().customize(release)).isSameAs(release);
    assertThat(Customizer.all(List.of()).customize(release)).isSameAs(release);
  }

  @Test
  void option_whenReleaseHasTheValueAlready_keepsTheRelease() {
    Release release = OfficialReleases.release("1.8.3");

    assertThat(Customizer.replicas(2).customize(release)).isSameAs(release);
  }

  private static List<String> expected(String name, String version) {
    List<String> special = TABLE.get(name + " " + version);
    List<String> lines = special == null ? TABLE.get(name) : special;
    return Objects.requireNonNull(lines, () -> "no section for " + name + " of " + version);
  }

  private static Map<String, List<String>> readTable() {
    Map<String, List<String>> table = new LinkedHashMap<>();
    List<List<String>> sections = List.of();
    for (String line : (Iterable<String>) text().lines()::iterator) {
      if (line.startsWith("== ")) {
        sections = new ArrayList<>();
        String[] head = line.substring(3).split(" +only +", -1);
        for (String version : head.length == 1 ? List.of("") : List.of(head[1].split(" ", -1))) {
          List<String> section = new ArrayList<>();
          table.put((head[0] + " " + version).strip(), section);
          sections.add(section);
        }
      } else if (!line.isBlank() && !line.startsWith("#")) {
        sections.forEach(section -> section.add(line));
      }
    }
    return table;
  }

  private static String text() {
    try (InputStream in = FieldChangesTest.class.getResourceAsStream("field-changes.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
