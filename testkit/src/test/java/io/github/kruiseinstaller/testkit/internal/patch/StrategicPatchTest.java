package io.github.kruiseinstaller.testkit.internal.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategicPatchTest {
  private static final Schema POD = new KindRegistry().kind("v1", "Pod").orElseThrow().schema();

  private static ObjectNode patched(String object, String patch) {
    return StrategicPatch.apply(POD, Trees.object(object), Trees.object(patch));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {containers: [{name: b, image: 2}]}                 | {containers: [{name: a, image: 1}, {name: b, image: 2}]}
          {containers: [{name: c, image: 3}]}                 | {containers: [{name: c, image: 3}, {name: a, image: 1}, {name: b, image: 1}]}
          {containers: [{name: a, $patch: delete}]}           | {containers: [{name: b, image: 1}]}
          {containers: [{$patch: replace}, {name: c}]}        | {containers: [{name: c}]}
          {containers: [{name: a, image: null}]}              | {containers: [{name: a}, {name: b, image: 1}]}
          {containers: null}                                  | {}
          {containers: []}                                    | {containers: [{name: a, image: 1}, {name: b, image: 1}]}
          {containers: [{name: b}, {name: a}]}                | {containers: [{name: b, image: 1}, {name: a, image: 1}]}
          {$setElementOrder/containers: [{name: b}, {name: a}]} | {containers: [{name: b, image: 1}, {name: a, image: 1}]}
          {$setElementOrder/containers: [{name: b}, {name: c}, {name: a}], containers: [{name: c, image: 3}]} | {containers: [{name: b, image: 1}, {name: c, image: 3}, {name: a, image: 1}]}
          {$setElementOrder/containers: [{name: b}], containers: [{name: a, $patch: delete}, {name: b, image: 5}]} | {containers: [{name: b, image: 5}]}
          {$setElementOrder/volumes: [{name: v}], volumes: [{name: v, emptyDir: {}}]} | {containers: [{name: a, image: 1}, {name: b, image: 1}], volumes: [{name: v, emptyDir: {}}]}
          {$setElementOrder/volumes: [{name: v}]}             | {containers: [{name: a, image: 1}, {name: b, image: 1}]}
          {$retainKeys: [volumes], volumes: []}               | {volumes: []}
          {$patch: replace, nodeName: n}                      | {nodeName: n}
          {$patch: delete}                                    | {}
          {volumes: [{name: v, $patch: delete}, {name: w, csi: null}]} | {containers: [{name: a, image: 1}, {name: b, image: 1}], volumes: [{name: w}]}
          {securityContext: {$patch: delete}}                 | {containers: [{name: a, image: 1}, {name: b, image: 1}]}
          {containers: x}                                     | {containers: x}
          """)
  void apply_mergesByTheSchema(String patch, String expected) {
    String object = "{spec: {containers: [{name: a, image: 1}, {name: b, image: 1}]}}";

    ObjectNode result = patched(object, "{spec: " + patch + "}");

    assertThat(result).isEqualTo(Trees.tree("{spec: " + expected + "}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {finalizers: [c, a]}                                            | [c, a, b]
          {$deleteFromPrimitiveList/finalizers: [a, x]}                   | [b]
          {$setElementOrder/finalizers: [b, a]}                           | [b, a]
          {$setElementOrder/finalizers: [b, c], finalizers: [c]}          | [a, b, c]
          {$deleteFromPrimitiveList/finalizers: [a], $setElementOrder/finalizers: [c, b], finalizers: [c]} | [c, b]
          {$patch: replace, finalizers: [z]}                              | [z]
          """)
  void apply_addsToAndDeletesFromListsOfScalars(String patch, String expected) {
    ObjectNode result = patched("{metadata: {finalizers: [a, b]}}", "{metadata: " + patch + "}");

    assertThat(result.at("/metadata/finalizers")).isEqualTo(Trees.tree(expected));
  }

  @Test
  void apply_deletesFromAListThatIsNotThereOrGoesAltogether() {
    assertThat(patched("{metadata: {}}", "{metadata: {$deleteFromPrimitiveList/finalizers: [a]}}"))
        .isEqualTo(Trees.tree("{metadata: {}}"));
    assertThat(
            patched(
                "{metadata: {finalizers: [a]}}",
                "{metadata: {$deleteFromPrimitiveList/finalizers: null}}"))
        .isEqualTo(Trees.tree("{metadata: {}}"));
  }

  @Test
  void apply_replacesListsWithoutAMergeKey() {
    ObjectNode result =
        patched(
            "{spec: {tolerations: [{key: a}], containers: [{name: a, args: [x, y]}]}}",
            "{spec: {tolerations: [{key: b}], containers: [{name: a, args: [z]}]}}");

    assertThat(result)
        .isEqualTo(
            Trees.tree("{spec: {tolerations: [{key: b}], containers: [{name: a, args: [z]}]}}"));
  }

  @Test
  void apply_mergesPortsByTheirNumberAlone() {
    ObjectNode result =
        patched(
            "{spec: {containers: [{name: a, ports: [{containerPort: 80, protocol: TCP, name:"
                + " h}]}]}}",
            "{spec: {containers: [{name: a, ports: [{containerPort: 80, protocol: UDP}]}]}}");

    assertThat(result.at("/spec/containers/0/ports"))
        .isEqualTo(Trees.tree("[{containerPort: 80, protocol: UDP, name: h}]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {containers: [{image: x}]}                      | 500 | map: map[image:x] does not contain declared merge key: name
          {containers: [{$patch: delete}]}                | 500 | map: map[$patch:delete] does not contain declared merge key: name
          {containers: [{name: a, $patch: merge}]}        | 500 | merging lists cannot yet be specified in the patch
          {containers: [{name: a, $patch: jump}]}         | 500 | unknown patch type: jump in map: map[$patch:jump name:a]
          {containers: [x]}                               | 500 | list element types are not identical: [[map[image:1 name:a]] [x]]
          {containers: [[x]]}                             | 422 | the server rejected our request due to an error in our request
          {$patch: jump}                                  | 500 | unknown patch type: jump in map: map[$patch:jump]
          {$retainKeys: x}                                | 400 | invalid patch format of retainKeys
          {$retainKeys: [volumes], nodeName: n}           | 400 | invalid patch format of retainKeys
          {$setElementOrder: []}                          | 400 | invalid patch format of setElementOrder list
          {$deleteFromPrimitiveList: []}                  | 400 | invalid patch format of primitive list
          {$setElementOrder/volumes: [{name: v}], volumes: [{name: v}, {$patch: replace}]} | 500 | The order in patch list:~[map[name:v] map[$patch:replace]]~ doesn't match $setElementOrder list:~[map[name:v]]~
          {$setElementOrder/containers: null}             | 500 | expected a []interface {}, but received a %!s(<nil>)
          {$setElementOrder/containers: x}                | 500 | expected a []interface {}, but received a string
          """)
  void apply_whenItCannotBeDone_saysWhy(String patch, int code, String message) {
    StatusException refusal =
        catchThrowableOfType(
            StatusException.class,
            () ->
                patched("{spec: {containers: [{name: a, image: '1'}]}}", "{spec: " + patch + "}"));

    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal).hasMessage(message.replace('~', '\n'));
  }

  @Test
  void apply_whenThePatchIsNotInTheOrderItNames_isRefused() {
    StatusException refusal =
        catchThrowableOfType(
            StatusException.class,
            () ->
                patched(
                    "{metadata: {finalizers: [a]}}",
                    "{metadata: {$setElementOrder/finalizers: [a], finalizers: [b]}}"));

    assertThat(refusal)
        .hasMessage("The order in patch list:\n[b]\n doesn't match $setElementOrder list:\n[a]\n");
  }
}
