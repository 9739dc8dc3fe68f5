package io.github.kruiseinstaller.internal.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
  @Test
  void read_whenSeveralDocuments_eachKnowsWhereItBegins() {
    List<YamlDocument> documents =
        YamlReader.read(
            "a.yaml",
            """
            # a comment
            ---
            kind: One
            ---
            # nothing here
            ---

            kind: Two
            """);

    assertThat(documents)
        .extracting(document -> document.origin().toString())
        .containsExactly("a.yaml, document 1, line 3", "a.yaml, document 3, line 8");
    assertThat(documents)
        .extracting(document -> document.tree().get("kind"))
        .containsExactly("One", "Two");
  }

  @Test
  void read_whenNothingButCommentsAndSeparators_noDocument() {
    assertThat(YamlReader.read("a.yaml", "# a\n---\n---\n# b\n---\n")).isEmpty();
    assertThat(YamlReader.read("a.yaml", "")).isEmpty();
  }

  @Test
  void read_whenKeyLooksLikeBooleanOrNumber_keyStaysText() {
    assertThat(json("on: 1\ny: 2\n1: 3\n0x10: 4\n2001-01-01: 5\n"))
        .isEqualTo("{\"on\":1,\"y\":2,\"1\":3,\"0x10\":4,\"2001-01-01\":5}");
  }

  @Test
  void read_whenQuotedOrBlockScalar_text() {
    assertThat(json("a: \"yes\"\nb: '5'\nc: |\n  true\nd: >-\n  1\n  2\ne: \"\"\n"))
        .isEqualTo("{\"a\":\"yes\",\"b\":\"5\",\"c\":\"true\\n\",\"d\":\"1 2\",\"e\":\"\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "!!str 5|\"5\"",
        "!!str yes|\"yes\"",
        "!!int \"5\"|5",
        "!!float 5|5",
        "!!float 5.5|5.5",
        "!!bool yes|true",
        "!!null \"\"|null",
        "!!binary aGVsbG8=|\"hello\"",
        "!!timestamp 2001-01-01|\"2001-01-01\"",
        "!foo 5|\"5\"",
        "!!set {a, b}|{\"a\":null,\"b\":null}",
        "!!omap [a: 1]|[{\"a\":1}]",
      })
  void read_whenTagged_asKubernetesReadsIt(String value, String expected) {
    assertThat(json("v: " + value)).isEqualTo("{\"v\":" + expected + "}");
  }

  @ParameterizedTest
  @CsvSource({
    "!!int x",
    "!!float x",
    "!!bool 5",
    "!!null x",
    "!!binary '%%'",
    ".nan",
    "!!java.io.File x"
  })
  void read_whenValueDoesNotFitItsTag_refusedWithLine(String value) {
    assertThatThrownBy(() -> YamlReader.read("a.yaml", "a: 1\nv: " + value))
        .isInstanceOf(YamlReadException.class)
        .hasMessageStartingWith("a.yaml, document 1, line 2: ");
  }

  @Test
  void read_whenMergeKey_explicitKeysWinAndFirstMapWins() {
    assertThat(
            json(
                """
                x: &x {a: 1, b: 2}
                y: &y {a: 9, c: 3}
                before: {b: 2, <<: *x}
                after: {<<: *x, b: 6}
                both: {<<: [*x, *y]}
                text: {"<<": 1}
                """))
        .isEqualTo(
            "{\"x\":{\"a\":1,\"b\":2},\"y\":{\"a\":9,\"c\":3},\"before\":{\"b\":2,\"a\":1},"
                + "\"after\":{\"a\":1,\"b\":6},\"both\":{\"a\":1,\"b\":2,\"c\":3},"
                + "\"text\":{\"<<\":1}}");
  }

  @Test
  void read_whenAKeyBeforeAMergeDiffersFromIt_refusedBecauseReadersDisagree() {
    assertThat(problems("x: &x\n  a: 1\ny:\n  a: 2\n  b: 3\n  <<: *x\n"))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.toString())
                  .isEqualTo(
                      "a.yaml, document 1, line 6: '<<' merges another value of the key 'a' than"
                          + " line 4 has");
              assertThat(problem.remedy()).startsWith("Put one '<<' before all other keys");
            });
    assertThat(problems("{x: &x {a: 1}, y: &y {a: 2}, z: {<<: *x, <<: *y}}")).hasSize(1);
    assertThat(problems("{x: &x {a: null}, z: {a: 1, <<: *x}}")).hasSize(1);
  }

  @Test
  void read_whenTheFirstOfSeveralMergedMapsHasNull_nullWins() {
    assertThat(json("{z: {<<: [{a: null}, {a: 1}]}}")).isEqualTo("{\"z\":{\"a\":null}}");
  }

  @Test
  void read_whenMergeKeyHasNoMap_refused() {
    assertThat(problems("a: {<<: 5}"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.what()).contains("no map to merge"));
  }

  @Test
  void read_whenKeyTwice_refusedWithLineOfTheSecond() {
    assertThat(problems("a: 1\nb: 2\na: 3\n"))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.toString())
                  .isEqualTo("a.yaml, document 1, line 3: the key 'a' appears twice in one map");
              assertThat(problem.remedy()).startsWith("Remove one of the two");
            });
  }

  @Test
  void read_whenSeveralDocumentsAreWrong_allAreReportedInOrder() {
    assertThat(problems("a: 1\na: 2\n---\n- x\n---\nok: 1\n---\n5\n---\n~: x\n---\na: [\n"))
        .extracting(YamlProblem::toString)
        .containsExactly(
            "a.yaml, document 1, line 2: the key 'a' appears twice in one map",
            "a.yaml, document 2, line 4: the document is a list and not an object with apiVersion,"
                + " kind, metadata",
            "a.yaml, document 4, line 8: the document is a single value and not an object with"
                + " apiVersion, kind, metadata",
            "a.yaml, document 5, line 10: a key is empty or null",
            "a.yaml, document 6, line 13: not YAML: expected the node content, but found"
                + " '<stream end>'");
  }

  @Test
  void read_whenSomeDocumentsAreWrong_theOthersComeWithTheProblems() {
    YamlReadException exception =
        catchThrowableOfType(
            YamlReadException.class,
            () -> YamlReader.read("a.yaml", "kind: A\n---\n5\n---\nkind: B\n---\n[\n"));

    assertThat(exception.problems()).hasSize(2);
    assertThat(exception.documents())
        .extracting(document -> document.tree().get("kind"))
        .containsExactly("A", "B");
  }

  @Test
  void read_whenSyntaxError_textAroundIsNotQuoted() {
    assertThat(problems("password: hunter2\n  token: x\n"))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.origin()).isEqualTo(new Origin("a.yaml", 1, 2));
              assertThat(problem.toString()).doesNotContain("hunter2").doesNotContain("token");
            });
  }

  @Test
  void read_whenUnrenderedTemplate_remedyNamesHelm() {
    assertThat(problems("metadata:\n{{- if .Values.x }}\n  name: a\n{{- end }}\n"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.remedy()).contains("helm template"));
    assertThat(problems("name: {{ .Values.x }}\n"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.remedy()).contains("render the chart"));
  }

  @Test
  void read_whenList_itsItemsWithTheirOwnLines() {
    List<YamlDocument> documents =
        YamlReader.read(
            "a.yaml",
            """
            apiVersion: v1
            kind: List
            items:
            - kind: A
            - kind: ConfigMapList
              items:
              - kind: B
            """);

    assertThat(documents)
        .extracting(document -> document.tree().get("kind") + "@" + document.origin().line())
        .containsExactly("A@4", "B@7");
  }

  @Test
  void read_whenKindListHasNoItems_staysAnObject() {
    assertThat(json("kind: List\n")).isEqualTo("{\"kind\":\"List\"}");
  }

  @Test
  void read_whenJson_same() {
    String text = "{\"a\":[1,2.5,true,null,\"x\\ty \\u00e9\"],\"b\":{},\"c\":[]}";
    assertThat(json(text)).isEqualTo(Json.compact(Json.parse(text)));
  }

  @Test
  void read_whenJsonEscapesSlashes_theyAreSlashes() {
    assertThat(json("{\"a\\/b\":\"\\/\",\n\"c\":\"\\\\/ \\\\\\/ \\\"\\/\"}"))
        .isEqualTo("{\"a/b\":\"/\",\"c\":\"\\\\/ \\\\/ \\\"/\"}");
    assertThat(YamlReader.read("a.json", "{\"a\":\"\\/\"}\n---\n{\"a\":\"b\\/\"}\n"))
        .extracting(document -> document.tree().get("a"))
        .containsExactly("/", "b/");
    assertThat(problems("{\"a\":\n\"\\/\",\n\"b\": [}\n"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.origin().line()).isEqualTo(3));
  }

  @Test
  void read_whenJsonIsIndentedWithTabs_same() {
    assertThat(json("{\n\t\"a\":\t[\n\t\t1,\n\t\t\"\tb\"\n\t]\n}\n"))
        .isEqualTo("{\"a\":[1,\"\\tb\"]}");
  }

  @Test
  void read_whenYamlBeginsLikeJson_nothingInItIsChanged() {
    assertThat(json("{a: '\\/', \"b\": 1}")).isEqualTo("{\"a\":\"\\\\/\",\"b\":1}");
    assertThat(YamlReader.read("a.yaml", "{\"a\": 1}\n---\nb: |\n  \"\\/\"\n").get(1).tree())
        .containsEntry("b", "\"\\/\"\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:\t2\n", "a: \"x\"\t# c\n", "a:\n\tb: 1\n"})
  void read_whenATabStandsBetweenTokens_theRemedySaysWhatToPutThere(String text) {
    assertThat(problems(text))
        .singleElement()
        .satisfies(
            problem -> assertThat(problem.remedy()).startsWith("Put spaces in place of the tab"));
  }

  @Test
  void read_whenByteOrderMark_ignored() {
    byte[] text = "\uFEFFkind: A\n".getBytes(StandardCharsets.UTF_8);
    assertThat(YamlReader.read("a.yaml", text).get(0).tree()).containsEntry("kind", "A");
  }

  @Test
  void read_whenNotUtf8_refused() {
    assertThatThrownBy(() -> YamlReader.read("a.yaml", new byte[] {'a', ':', ' ', (byte) 0xff}))
        .isInstanceOf(YamlReadException.class)
        .hasMessage("a.yaml, document 1, line 1: the text is not UTF-8");
  }

  @Test
  void read_whenControlCharacter_refusedWithLine() {
    assertThat(problems("a: 1\nb: \u0007\n"))
        .singleElement()
        .hasToString("a.yaml, document 1, line 2: not YAML: the character U+0007 is not allowed");
  }

  @Test
  void read_whenAliasesGrowExponentially_refused() {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int level = 1; level < 9; level++) {
      text.append(
          "a%d: &a%d [%s]\n".formatted(level, level, ("*a" + (level - 1) + ", ").repeat(10)));
    }
    assertThat(problems(text.toString()))
        .singleElement()
        .satisfies(problem -> assertThat(problem.what()).contains("aliases expanded"));
  }

  @Test
  void read_whenAliasIsCircular_refused() {
    assertThat(problems("a: &a\n  b: *a\n"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.what()).contains("contains it"));
  }

  @Test
  void read_whenNestedTooDeep_refused() {
    assertThat(problems("a: " + "[".repeat(5000) + "]".repeat(5000))).hasSize(1);
  }

  @Test
  void read_whenTooLong_refused() {
    String text = "#".repeat(YamlReader.MAX_CHARACTERS + 1);
    assertThat(problems(text))
        .singleElement()
        .satisfies(problem -> assertThat(problem.what()).contains("characters"));
  }

  private static String json(String text) {
    List<YamlDocument> documents = YamlReader.read("a.yaml", text);
    assertThat(documents).hasSize(1);
    return Json.compact(documents.get(0).tree());
  }

  private static List<YamlProblem> problems(String text) {
    YamlReadException exception =
        catchThrowableOfType(YamlReadException.class, () -> YamlReader.read("a.yaml", text));
    assertThat(exception).isNotNull();
    return exception.problems();
  }
}
