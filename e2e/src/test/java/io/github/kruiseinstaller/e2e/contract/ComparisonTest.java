package io.github.kruiseinstaller.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  @Test
  void of_whenAnswersAreTheSame_findsNothing() {
    assertThat(
            compare(
                "[{'step':'GET /','body':{'a':1,'b':[1]}}]",
                "[{'step':'GET /','body':{'b':[1],'a':1}}]"))
        .isEmpty();
  }

  @Test
  void of_tellsWhereAnswersDiffer() {
    List<Difference> differences =
        compare(
            "[{'step':'GET /','body':{'a':1,'x/y':[1,2]}}]",
            "[{'step':'GET /','body':{'a':2,'x/y':[1],'n':null}}]");

    assertThat(differences)
        .extracting(Difference::path)
        .containsExactly("/body/a", "/body/x~1y/1", "/body/n");
    assertThat(differences.get(0).step()).isEqualTo("1. GET /");
    assertThat(differences.get(1).actual()).isNull();
    assertThat(differences.get(0))
        .hasToString(differences.get(0).toString())
        .asString()
        .contains("expected: 1");
  }

  @Test
  void of_whenAStepIsMissing_differs() {
    assertThat(compare("[{'step':'GET /'}]", "[]"))
        .extracting(Difference::step)
        .containsExactly("1. GET /");
    assertThat(compare("[]", "[{'step':'GET /'}]"))
        .extracting(Difference::step)
        .containsExactly("1. GET /");
  }

  @Test
  void known_explainsByThemeScenarioAndPath() {
    Difference found =
        compare("[{'step':'GET /','body':{'a':1}}]", "[{'step':'GET /','body':{'a':2}}]").get(0);

    assertThat(new KnownDifference("t", "s", "/body/a", "why").explains(found)).isTrue();
    assertThat(new KnownDifference("t", "*", "/body/*", "why").explains(found)).isTrue();
    assertThat(new KnownDifference("t", "s", "/body", "why").explains(found)).isFalse();
    assertThat(new KnownDifference("t", "other", "/body/a", "why").explains(found)).isFalse();
    assertThat(new KnownDifference("other", "*", "/body/a", "why").explains(found)).isFalse();
  }

  private static List<Difference> compare(String expected, String actual) {
    return Comparison.of("t", "s", parsed(expected), parsed(actual));
  }

  private static JsonArray parsed(String json) {
    return JsonParser.parseString(json.replace('\'', '"')).getAsJsonArray();
  }
}
