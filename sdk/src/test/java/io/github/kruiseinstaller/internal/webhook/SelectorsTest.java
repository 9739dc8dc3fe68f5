package io.github.kruiseinstaller.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.tree.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                                  | a=1     | true",
        "{}                                                                  |         | true",
        "{'matchLabels':{'a':'1'}}                                           | a=1     | true",
        "{'matchLabels':{'a':'1'}}                                           | a=2     | false",
        "{'matchLabels':{'a':'1'}}                                           | b=1     | false",
        "{'matchLabels':{'a':'1','b':'1'}}                                   | a=1     | false",
        "{'matchExpressions':[{'key':'a','operator':'In','values':['1','2']}]}   | a=2 | true",
        "{'matchExpressions':[{'key':'a','operator':'In','values':['1']}]}       |     | false",
        "{'matchExpressions':[{'key':'a','operator':'NotIn','values':['1']}]}    | a=1 | false",
        "{'matchExpressions':[{'key':'a','operator':'NotIn','values':['1']}]}    | a=2 | true",
        "{'matchExpressions':[{'key':'a','operator':'NotIn','values':['1']}]}    |     | true",
        "{'matchExpressions':[{'key':'a','operator':'Exists'}]}                  | a=1 | true",
        "{'matchExpressions':[{'key':'a','operator':'Exists'}]}                  | b=1 | false",
        "{'matchExpressions':[{'key':'a','operator':'DoesNotExist'}]}            | a=1 | false",
        "{'matchExpressions':[{'key':'a','operator':'DoesNotExist'}]}            | b=1 | true",
        "{'matchExpressions':[{'key':'a','operator':'FromTheFuture'}]}           | b=1 | true",
      })
  void matches_asTheApiServerDoes(String selector, String labels, boolean expected) {
    assertThat(Selectors.matches(tree(selector), labels(labels))).isEqualTo(expected);
  }

  @Test
  void matches_whenThereIsNoSelector_isTrue() {
    assertThat(Selectors.matches(null, Map.of())).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'matchLabels':{'a':'1'}}                                                | a=1",
        "{'matchExpressions':[{'key':'a','operator':'In','values':['1','2']}]}    | a in (1,2)",
        "{'matchExpressions':[{'key':'a','operator':'NotIn','values':['1']}]}     | a!=1",
        "{'matchExpressions':[{'key':'a','operator':'NotIn','values':['1','2']}]} | a notin (1,2)",
        "{'matchExpressions':[{'key':'a','operator':'Exists'}]}                   | a",
        "{'matchExpressions':[{'key':'a','operator':'DoesNotExist'}]}             | !a",
        "{'matchLabels':{'a':'1'},'matchExpressions':[{'key':'b','operator':'Exists'}]} | a=1,b",
      })
  void describe_isWhatKubectlTakes(String selector, String expected) {
    assertThat(Selectors.describe(tree(selector))).isEqualTo(expected);
  }

  static Object tree(String json) {
    return java.util.Objects.requireNonNull(Json.parse(json.replace('\'', '"')));
  }

  private static Map<String, String> labels(String text) {
    return text == null ? Map.of() : Map.of(text.substring(0, 1), text.substring(2));
  }
}
