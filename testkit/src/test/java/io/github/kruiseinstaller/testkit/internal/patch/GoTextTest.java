package io.github.kruiseinstaller.testkit.internal.patch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {b: [1, x], a: null} | map[a:<nil> b:[1 x]] | map[string]interface {}{"a":interface {}(nil), "b":[]interface {}{1, "x"}} | map[string]interface {}
          [true, {}]           | [true map[]]         | []interface {}{true, map[string]interface {}{}}                           | []interface {}
          'a"b'                | a"b                  | "a\\"b"                                                                   | string
          1.5                  | 1.5                  | 1.5                                                                       | float64
          7                    | 7                    | 7                                                                         | int64
          false                | false                | false                                                                     | bool
          null                 | <nil>                | interface {}(nil)                                                         | <nil>
          """)
  void values_arePrintedAsGoPrintsThem(String value, String plain, String source, String type) {
    assertThat(GoText.plain(Trees.tree(value))).isEqualTo(plain);
    assertThat(GoText.source(Trees.tree(value))).isEqualTo(source);
    assertThat(GoText.type(Trees.tree(value))).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          10 9 13      | "\\n\\t\\r"
          7 8 12 11    | "\\a\\b\\f\\v"
          0 31 127     | "\\x00\\x1f\\x7f"
          92 34 39     | "\\\\\\"'"
          228 128512   | "ä😀"
          """)
  void quote_escapesAsGoDoes(String codePoints, String expected) {
    StringBuilder text = new StringBuilder();
    for (String point : codePoints.split(" ", -1)) {
      text.appendCodePoint(Integer.parseInt(point));
    }

    assertThat(GoText.quote(text.toString())).isEqualTo(expected);
  }
}
