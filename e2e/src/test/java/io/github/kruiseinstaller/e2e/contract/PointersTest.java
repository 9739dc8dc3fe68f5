package io.github.kruiseinstaller.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;

class PointersTest {
  private final JsonElement tree =
      parsed("{'a':{'b/c':1},'items':[{'n':'x','m':1},{'n':'y'}],'none':[]}");

  @Test
  void find_followsFieldsIndexesAndEscapes() {
    assertThat(Pointers.text(tree, "/items/1/n")).isEqualTo("y");
    assertThat(Pointers.text(tree, "/a/b~1c")).isEqualTo("1");
  }

  @Test
  void find_whenNothingIsThere_isNull() {
    assertThat(Pointers.find(tree, "/items/7")).isNull();
    assertThat(Pointers.find(tree, "/items/x")).isNull();
    assertThat(Pointers.find(tree, "/a/b~1c/d")).isNull();
    assertThat(Pointers.text(tree, "/a")).isNull();
  }

  @Test
  void keep_leavesWhatThePointersName() {
    assertThat(Pointers.keep(tree, List.of("/items/*/n")))
        .isEqualTo(parsed("{'items':[{'n':'x'},{'n':'y'}]}"));
    assertThat(Pointers.keep(tree, List.of("/items/*/m", "/a")))
        .isEqualTo(parsed("{'a':{'b/c':1},'items':[{'m':1}]}"));
  }

  @Test
  void keep_showsThatAListIsEmpty() {
    assertThat(Pointers.keep(tree, List.of("/none/*/n"))).isEqualTo(parsed("{'none':[]}"));
  }

  @Test
  void keep_whenNothingIsNamedOrFound() {
    assertThat(Pointers.keep(tree, List.of())).isEqualTo(tree);
    assertThat(Pointers.keep(tree, List.of("/nosuch"))).isEqualTo(parsed("{}"));
  }

  @Test
  void drop_removesInListsToo() {
    Pointers.drop(tree, List.of("/items/*/n", "/a", "/nosuch/x"));

    assertThat(tree).isEqualTo(parsed("{'items':[{'m':1},{}],'none':[]}"));
  }

  private static JsonElement parsed(String json) {
    return JsonParser.parseString(json.replace('\'', '"'));
  }
}
