package io.github.kruiseinstaller.testkit.internal.rest;

import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.text;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {
  private static final Map<String, String> LABELS =
      Map.of("app", "web", "tier", "front", "weight", "10", "empty", "", "x.io/k", "v");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "app",
        "app=web",
        "app = web",
        "app==web",
        "app!=db",
        "none!=db",
        "app in (db,web)",
        "app in (db, web ),tier",
        "app notin (db)",
        "none notin (db)",
        "!none",
        "! none",
        "empty=",
        "empty",
        "empty in ()",
        "empty in (,)",
        "empty in (a,,b)",
        "empty in (a,)",
        "empty=,app",
        "weight>9",
        "weight<11",
        "x.io/k=v",
        "app=web,tier=front,!none",
        "in notin (x)"
      })
  void parse_matches(String selector) {
    assertThat(LabelSelector.parse(selector).matches(LABELS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "app=db",
        "none=web",
        "app!=web",
        "app in (db)",
        "none in (db)",
        "app notin (web)",
        "!app",
        "weight>10",
        "weight<10",
        "app>1",
        "none<1",
        "app=web,tier=back"
      })
  void parse_doesNotMatch(String selector) {
    assertThat(LabelSelector.parse(selector).matches(LABELS)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "app=a=b|found '=', expected: ',' or 'end of string'",
        "app=web,|found '', expected: identifier after ','",
        "=web|found '=', expected: !, identifier, or 'end of string'",
        "app web|unable to parse requirement: found 'web', expected: in, notin, =, ==, !=, gt, lt",
        "app in web|unable to parse requirement: found 'web' expected: '('",
        "app in (web|unable to parse requirement: found '', expected: ',' or ')'",
        "app in (web tier)|unable to parse requirement: found 'tier', expected: ',' or ')'",
        "app in (=)|unable to parse requirement: found '=', expected: ',', ')' or identifier",
        "app in (a,=)|unable to parse requirement: found '=', expected: ',', or identifier",
        "app=(|unable to parse requirement: found '(', expected: identifier",
        "!=x|found '!=', expected: !, identifier, or 'end of string'",
        "!,x|unable to parse requirement: found ',', expected: identifier",
        "app ! x|unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt",
        "app>x|unable to parse requirement: values[0]: Invalid value: \"\"x\"\": for 'Gt', 'Lt'"
            + " operators, the value must be an integer",
        "/a|unable to parse requirement: <nil>: Invalid value: \"\"/a\"\": prefix part must be"
            + " non-empty",
        "x.io/|unable to parse requirement: <nil>: Invalid value: \"\"x.io/\"\": name part must be"
            + " non-empty; name part must consist of alphanumeric characters, '-', '_' or '.', and"
            + " must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name', "
            + " or '123-abc', regex used for validation is"
            + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        "app=w$|unable to parse requirement: values[0][app]: Invalid value: \"\"w$\"\": a valid"
            + " label must be an empty string or consist of alphanumeric characters, '-', '_' or"
            + " '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
            + " 'my_value',  or '12345', regex used for validation is"
            + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
      })
  void parse_whenItCannotBeRead_is400(String selector, String message) {
    assertThat(text(() -> LabelSelector.parse(selector)))
        .isEqualTo("400 BadRequest " + message.replace("\"\"", "\""));
  }

  @Test
  void parse_ofLongAndStrangeKeysAndValues_saysAllThatIsWrong() {
    assertThat(text(() -> LabelSelector.parse("a".repeat(64))))
        .endsWith("name part must be no more than 63 characters");
    assertThat(text(() -> LabelSelector.parse("a/b/c")))
        .contains("a qualified name must consist of")
        .endsWith("with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    assertThat(text(() -> LabelSelector.parse("X_Y/b")))
        .contains("prefix part a lowercase RFC 1123 subdomain must consist of");
    assertThat(text(() -> LabelSelector.parse("a".repeat(254) + "/b")))
        .contains("prefix part must be no more than 253 characters");
    assertThat(text(() -> LabelSelector.parse("k in (" + "v".repeat(64) + ",$)")))
        .contains("requirement: [values[0][k]: ", "values[1][k]: ", "must be no more than 63");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'matchLabels':{'b':'2','a':'1'}}|a=1,b=2",
        "{'matchExpressions':[{'key':'k','operator':'In','values':['b','a']}]}|k in (a,b)",
        "{'matchExpressions':[{'key':'k','operator':'NotIn','values':['a']}]}|k notin (a)",
        "{'matchExpressions':[{'key':'k','operator':'Exists'}]}|k",
        "{'matchExpressions':[{'key':'k','operator':'DoesNotExist'}]}|!k",
        "{}|"
      })
  void of_readsTheFormInsideObjects(String selector, String text) {
    assertThat(LabelSelector.of(json(selector)).orElseThrow())
        .hasToString(text == null ? "" : text);
  }

  @Test
  void of_withAnUnknownOperator_isEmpty() {
    assertThat(LabelSelector.of(json("{'matchExpressions':[{'key':'k','operator':'Like'}]}")))
        .isEmpty();
  }
}
