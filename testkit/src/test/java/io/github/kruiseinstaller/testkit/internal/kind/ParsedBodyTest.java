package io.github.kruiseinstaller.testkit.internal.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParsedBodyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          yes | true
          On | true
          y | true
          off | false
          N | false
          ~ | null
          '' | null
          12:30 | "12:30"
          2001-12-14 | "2001-12-14"
          0755 | 493
          0x1F | 31
          -0b11 | -3
          1_000 | 1000
          1.50 | 1.50
          '"5"' | "5"
          '!!str 5' | "5"
          '18446744073709551616' | 18446744073709551616
          v1.8.3 | "v1.8.3"
          """)
  void yaml_readsScalarsAsKubernetesDoes(String yaml, String json) {
    assertThat(Trees.tree("a: " + yaml).get("a").toString()).isEqualTo(json);
  }

  @Test
  void yaml_mergesAndAliases() {
    assertThat(Trees.tree("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\ne: *x").toString())
        .isEqualTo("{\"a\":{\"b\":1,\"c\":2},\"d\":{\"c\":3,\"b\":1},\"e\":{\"b\":1,\"c\":2}}");
  }

  @Test
  void yaml_keysBecomeTexts() {
    assertThat(Trees.tree("{1: a, true: b, null: c}").toString())
        .isEqualTo("{\"1\":\"a\",\"true\":\"b\",\"null\":\"c\"}");
    assertThatIllegalArgumentException().isThrownBy(() -> Trees.tree("[a]: b"));
  }

  @Test
  void json_keepsBigNumbersAndNotesDuplicatesOnce() {
    ParsedBody parsed =
        ParsedBody.of(
            "{\"a\":{\"b\":1,\"b\":2,\"b\":3},\"c\":[{\"d\":1,\"d\":99999999999999999999}]}"
                .getBytes(StandardCharsets.UTF_8),
            "application/json");

    assertThat(parsed.duplicates())
        .containsExactly("duplicate field \"a.b\"", "duplicate field \"c[0].d\"");
    assertThat(parsed.tree().at("/a/b")).isEqualTo(Json.of(3L));
    assertThat(parsed.tree().at("/c/0/d").toString()).isEqualTo("99999999999999999999");
  }
}
