package io.github.kruiseinstaller.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The recordings fit the scenarios, and the documentation fits the list of differences. */
class RecordingsTest {
  private static final int AT_LEAST = 200;

  private final Recordings recordings = new Recordings(Recordings.FOLDER);

  @Test
  void everyScenario_hasANameOfItsOwnAndARecordingOfEachStep() {
    for (Theme theme : Contract.themes()) {
      JsonObject recorded = recordings.read(theme);
      assertThat(recorded.keySet())
          .as(theme.name())
          .containsExactlyElementsOf(theme.scenarios().stream().map(Scenario::name).toList());
      for (Scenario scenario : theme.scenarios()) {
        List<String> steps =
            recorded.getAsJsonArray(scenario.name()).asList().stream()
                .map(answer -> Pointers.text(answer, "/step"))
                .toList();
        assertThat(steps)
            .as(theme.name() + " / " + scenario.name())
            .containsExactlyElementsOf(scenario.steps().stream().map(Step::describe).toList());
      }
    }
  }

  @Test
  void thereAreManyScenarios() {
    assertThat(Contract.themes().stream().mapToInt(theme -> theme.scenarios().size()).sum())
        .isGreaterThanOrEqualTo(AT_LEAST);
  }

  @Test
  void noStep_waitedInVain() {
    for (Theme theme : Contract.themes()) {
      for (String scenario : recordings.read(theme).keySet()) {
        for (JsonElement answer : recordings.read(theme).getAsJsonArray(scenario)) {
          assertThat(answer.getAsJsonObject().has("never")).as(scenario + ": " + answer).isFalse();
          assertThat(Pointers.text(answer, "/then")).as(scenario).isNotEqualTo("silence");
        }
      }
    }
  }

  @Test
  void recordings_holdNothingOfTheClusterThatTheyAreFrom() throws Exception {
    try (Stream<Path> files = Files.list(Recordings.FOLDER)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContainPattern("ct-[a-z]{5}-\\d{3}")
            .doesNotContain("BEGIN CERTIFICATE", "LS0tLS1CRUdJTi", "eyJhbGciOi", "10.201.");
      }
    }
  }

  @Test
  void documentation_listsTheKnownDifferences() throws Exception {
    assertThat(Path.of("..", "docs", "testkit-differences.md"))
        .content()
        .isEqualTo(KnownDifferences.markdown());
  }
}
