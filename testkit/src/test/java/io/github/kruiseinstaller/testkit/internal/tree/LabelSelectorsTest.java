package io.github.kruiseinstaller.testkit.internal.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorsTest {
  private static final Map<String, String> LABELS = Map.of("app", "web", "tier", "front");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | true",
        "{'matchLabels':{'app':'web'}} | true",
        "{'matchLabels':{'app':'web','tier':'back'}} | false",
        "{'matchExpressions':[{'key':'app','operator':'In','values':['x','web']}]} | true",
        "{'matchExpressions':[{'key':'none','operator':'In','values':['x']}]} | false",
        "{'matchExpressions':[{'key':'app','operator':'NotIn','values':['web']}]} | false",
        "{'matchExpressions':[{'key':'none','operator':'NotIn','values':['web']}]} | true",
        "{'matchExpressions':[{'key':'app','operator':'Exists'}]} | true",
        "{'matchExpressions':[{'key':'app','operator':'DoesNotExist'}]} | false",
        "{'matchExpressions':[{'key':'app','operator':'Resembles'}]} | false",
        "{'matchLabels':{'app':'web'},'matchExpressions':[{'key':'x','operator':'Exists'}]} | false"
      })
  void matches_whenAllHolds(String selector, boolean expected) {
    assertThat(LabelSelectors.matches(json(selector), LABELS)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'key':'a','operator':'In','values':['y','x']} | a in (x,y)",
        "{'key':'a','operator':'NotIn','values':['x']} | a notin (x)",
        "{'key':'a','operator':'Exists'} | a",
        "{'key':'a','operator':'DoesNotExist'} | !a"
      })
  void text_isWhatKubectlTakes(String expression, String expected) {
    assertThat(LabelSelectors.text(json(expression))).isEqualTo(expected);
  }

  @Test
  void isEmpty_whenNothingIsAskedFor() {
    assertThat(LabelSelectors.isEmpty(json("{'matchLabels':{}}"))).isTrue();
    assertThat(LabelSelectors.isEmpty(json("{'matchLabels':{'a':'b'}}"))).isFalse();
    assertThat(LabelSelectors.isEmpty(json("{'matchExpressions':[{'key':'a'}]}"))).isFalse();
  }

  private static JsonNode json(String text) {
    return Json.parse(text.replace('\'', '"').getBytes(UTF_8));
  }
}
