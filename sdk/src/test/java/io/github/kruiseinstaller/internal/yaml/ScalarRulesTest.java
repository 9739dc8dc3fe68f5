package io.github.kruiseinstaller.internal.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.internal.tree.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table was measured with sigs.k8s.io/yaml v1.4.0 and v1.6.0, which agree on every line. */
class ScalarRulesTest {
  @ParameterizedTest
  @ValueSource(strings = {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"})
  void plain_whenWordMeansYes_true(String text) {
    assertThat(ScalarRules.plain(text)).isEqualTo(true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"})
  void plain_whenWordMeansNo_false(String text) {
    assertThat(ScalarRules.plain(text)).isEqualTo(false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "~", "null", "Null", "NULL"})
  void plain_whenWordMeansNothing_null(String text) {
    assertThat(ScalarRules.plain(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "+1, 1",
    "-1, -1",
    "-0, 0",
    "007, 7",
    "0777, 511",
    "-010, -8",
    "00, 0",
    "08, 8",
    "0o17, 15",
    "0O17, 15",
    "-0o17, -15",
    "0x1F, 31",
    "0X1F, 31",
    "-0x1F, -31",
    "0b101, 5",
    "-0b101, -5",
    "1_000, 1000",
    "0_1, 1",
    "1__0, 10",
    "9223372036854775807, 9223372036854775807",
    "9223372036854775808, 9223372036854775808",
    "18446744073709551615, 18446744073709551615",
    "-9223372036854775808, -9223372036854775808",
    "0x8000000000000000, 9223372036854775808",
    "0xFFFFFFFFFFFFFFFF, 18446744073709551615",
    "1.5, 1.5",
    "1.0, 1",
    "1., 1",
    "0., 0",
    ".5, 0.5",
    "-.5, -0.5",
    "+.5, 0.5",
    "1e3, 1000",
    "1E3, 1000",
    "1e+3, 1000",
    "1e20, 100000000000000000000",
    "1_0.5, 10.5",
    "1.10, 1.1",
    "123456.0, 123456",
  })
  void plain_whenNumber_asKubernetesReadsIt(String text, String json) {
    assertThat(ScalarRules.plain(text)).isInstanceOf(Number.class);
    assertThat(Json.compact(ScalarRules.plain(text))).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource({
    "18446744073709551616, 18446744073709551616",
    "-9223372036854775809, -9223372036854775809",
    "123456789012345678901234567890, 123456789012345678901234567890",
    "3.14159265358979323846, 3.14159265358979323846",
  })
  void plain_whenNumberHasMoreThan64Bits_keepsEveryDigit(String text, String json) {
    assertThat(Json.compact(ScalarRules.plain(text))).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yEs",
        "tRue",
        "12:30",
        "12:30:45",
        "1:20.5",
        "2001-01-01",
        "2001-12-14t21:59:43.10-05:00",
        "1.2.3",
        "1e",
        "e3",
        "--1",
        "+-1",
        "1,000",
        "_1",
        "0x",
        "0b",
        "0b12",
        "0o8",
        "0x1p-2",
        "inf",
        "nan",
        "Infinity",
        ".",
        "-",
        "+",
        "=",
        "v1",
        "1e400",
        "100m",
        "1Gi",
        "100%",
        "0xFFFFFFFFFFFFFFFFF",
        ".5_0"
      })
  void plain_whenAnythingElse_text(String text) {
    assertThat(ScalarRules.plain(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {".inf", "-.inf", "+.Inf", ".nan", ".NaN"})
  void plain_whenNotFinite_refused(String text) {
    assertThatThrownBy(() -> ScalarRules.plain(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("infinity");
  }

  @Test
  void plain_whenExponentIsHuge_staysSmall() {
    assertThat(ScalarRules.plain("1e999999999")).isEqualTo("1e999999999");
    assertThat(ScalarRules.plain("1e-999999999")).isEqualTo(0L);
    assertThat(ScalarRules.plain("1e308").toString()).hasSizeLessThan(10);
    assertThat(ScalarRules.plain("9".repeat(1_000_000))).isInstanceOf(String.class);
  }
}
