package io.github.kruiseinstaller.internal.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParseException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "{\"b\":1,\"a\":2}",
        "{\"explicit\":null}",
        "9007199254740993",
        "123456789012345678901234567890",
        "1.50",
        "1E+400",
        "{\"a\":{\"b\":[[],{}]}}",
        "\"<&>'\\\"\"",
        "[true,false,null,-1,\"\"]"
      })
  void compact_ofParsedText_isTheText(String text) {
    assertThat(Json.compact(Json.parse(text))).isEqualTo(text);
  }

  @Test
  void parse_whenNumbersAreOfDifferentSizes_picksTheExactType() {
    assertThat(Json.parse("[1,123456789012345678901,1.5]"))
        .isEqualTo(
            Arrays.asList(1L, new BigInteger("123456789012345678901"), new BigDecimal("1.5")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"a\":1", "[1,", "{} {}", "{\"a\" 1}", "nul", "1.2.3", "\"x"})
  void parse_whenTheTextIsNotOneValue_isRefusedOrNoObject(String text) {
    Object parsed;
    try {
      parsed = Json.parse(text);
    } catch (JsonParseException e) {
      return;
    }
    assertThat(parsed).isNotInstanceOf(Map.class).isNotInstanceOf(List.class);
  }

  @Test
  void parse_whenNested255Deep_isRead_andNotDeeper() {
    assertThat(Json.parse("[".repeat(255) + "]".repeat(255))).isInstanceOf(List.class);
    assertThatThrownBy(() -> Json.parse("[".repeat(256) + "]".repeat(256)))
        .isInstanceOf(JsonParseException.class);
  }

  @Test
  void compact_whenANumberIsNone_isRefused() {
    assertThatThrownBy(() -> Json.compact(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void compact_whenAValueIsNotJson_isRefused() {
    assertThatThrownBy(
            () -> Json.compact(Map.of("when", java.util.Date.from(java.time.Instant.EPOCH))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.util.Date");
  }
}
