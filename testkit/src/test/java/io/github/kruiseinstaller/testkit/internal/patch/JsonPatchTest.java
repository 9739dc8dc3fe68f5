package io.github.kruiseinstaller.testkit.internal.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPatchTest {
  private static final String DOCUMENT = "{a: {b: 1}, list: [x, y, z], 'sl/ash': {'til~de': 1}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {op: add, path: /a/c, value: 2}              | {a: {b: 1, c: 2}, list: [x, y, z]}
          {op: add, path: /a/b, value: 2}              | {a: {b: 2}, list: [x, y, z]}
          {op: add, path: /a/n}                        | {a: {b: 1, n: null}, list: [x, y, z]}
          {op: add, path: /list/-, value: w}           | {a: {b: 1}, list: [x, y, z, w]}
          {op: add, path: /list/0, value: w}           | {a: {b: 1}, list: [w, x, y, z]}
          {op: add, path: /list/3, value: w}           | {a: {b: 1}, list: [x, y, z, w]}
          {op: add, path: /list/-1, value: w}          | {a: {b: 1}, list: [x, y, z, w]}
          {op: remove, path: /a/b}                     | {a: {}, list: [x, y, z]}
          {op: remove, path: /list/1}                  | {a: {b: 1}, list: [x, z]}
          {op: remove, path: /list/-1}                 | {a: {b: 1}, list: [x, y]}
          {op: replace, path: /a/b, value: {q: 1}}     | {a: {b: {q: 1}}, list: [x, y, z]}
          {op: replace, path: /a/new, value: 1}        | {a: {b: 1, new: 1}, list: [x, y, z]}
          {op: replace, path: /list/2, value: w}       | {a: {b: 1}, list: [x, y, w]}
          {op: replace, path: '', value: {r: 1}}       | {r: 1}
          {op: move, from: /a/b, path: /list/0}        | {a: {}, list: [1, x, y, z]}
          {op: copy, from: /list/0, path: /a/b}        | {a: {b: x}, list: [x, y, z]}
          {op: test, path: /a/b, value: 1}             | {a: {b: 1}, list: [x, y, z]}
          {op: test, path: /a/none, value: null}       | {a: {b: 1}, list: [x, y, z]}
          {op: add, path: /s~1l, value: 1}             | {a: {b: 1}, list: [x, y, z], 's/l': 1}
          """)
  void apply_whenItFits_changesTheDocument(String operation, String expected) {
    JsonNode document = Trees.tree("{a: {b: 1}, list: [x, y, z]}");

    JsonNode patched = JsonPatch.apply(document, Trees.tree("[" + operation + "]"));

    assertThat(patched).isEqualTo(Trees.tree(expected));
    assertThat(document).isEqualTo(Trees.tree("{a: {b: 1}, list: [x, y, z]}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {op: jump, path: /a}                | Unexpected kind: jump
          {path: /a}                          | Unexpected kind: unknown
          {op: add, value: 1}                 | add operation failed to decode path: missing value
          {op: add, path: '', value: 1}       | add operation does not apply: doc is missing path: "": missing value
          {op: add, path: /q/r, value: 1}     | add operation does not apply: doc is missing path: "/q/r": missing value
          {op: add, path: /a/b/c, value: 1}   | add operation does not apply: doc is missing path: "/a/b/c": missing value
          {op: add, path: /list/x, value: 1}  | error in add for path: '/list/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax
          {op: add, path: /list/5, value: 1}  | error in add for path: '/list/5': Unable to access invalid index: 5: invalid index referenced
          {op: remove, path: /a/c}            | error in remove for path: '/a/c': Unable to remove nonexistent key: c: missing value
          {op: remove, path: /list/3}         | error in remove for path: '/list/3': Unable to access invalid index: 3: invalid index referenced
          {op: remove, path: /list/-4}        | error in remove for path: '/list/-4': Unable to access invalid index: -4: invalid index referenced
          {op: remove, path: /list/x}         | error in remove for path: '/list/x': strconv.Atoi: parsing "x": invalid syntax
          {op: replace, path: /q/r, value: 1} | replace operation does not apply: doc is missing path: /q/r: missing value
          {op: replace, path: /list/9}        | replace operation does not apply: doc is missing key: /list/9: missing value
          {op: replace, path: '', value: 1}   | replace operation value must be object or array
          {op: move, path: /a}                | move operation failed to decode from: operation, missing from field: missing value
          {op: move, from: /a/c, path: /a}    | error in move for path: 'c': Unable to remove nonexistent key: c: missing value
          {op: copy, from: /q/r, path: /a}    | copy operation does not apply: doc is missing from path: /q/r: missing value
          {op: test, path: /a/b, value: 2}    | testing value /a/b failed: test failed
          {op: test, path: /a/b}              | testing value /a/b failed: test failed
          {op: test, path: /q/r, value: 2}    | test operation does not apply: is missing path: /q/r: missing value
          """)
  void apply_whenItDoesNotFit_saysWhy(String operation, String message) {
    JsonNode operations = Trees.tree("[" + operation + "]");

    assertThatThrownBy(() -> JsonPatch.apply(Trees.tree(DOCUMENT), operations))
        .isInstanceOf(JsonPatchException.class)
        .hasMessage(message);
  }

  @Test
  void apply_followsEscapedPathsInOrder() {
    JsonNode patched =
        JsonPatch.apply(
            Trees.tree(DOCUMENT),
            Trees.tree(
                """
                - {op: test, path: '', value: {a: {b: 1}, list: [x, y, z], sl/ash: {til~de: 1}}}
                - {op: remove, path: /sl~1ash/til~0de}
                - {op: replace, path: /sl~1ash, value: 3}
                """));

    assertThat(patched).isEqualTo(Trees.tree("{a: {b: 1}, list: [x, y, z], sl/ash: 3}"));
  }
}
