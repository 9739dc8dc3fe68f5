package io.github.kruiseinstaller.testkit.internal.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.testkit.internal.patch.Trees;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSetTest {
  private static FieldSet set(String json) {
    return FieldSet.fromJson(Trees.tree(json));
  }

  @Test
  void toJson_ordersAndEscapesAsTheApiServer() {
    String json =
        """
        {"v:2":{},"v:\\"b<\\"":{},"f:b":{},"v:true":{},"i:3":{},"v:10":{},
         "k:{\\"port\\":80,\\"name\\":\\"a&b\\"}":{"f:x":{},".":{}},"k:{\\"name\\":\\"z\\"}":{"f:x":{}},"f:a":{}}\
        """;

    assertThat(Json.compact(set(json).toJson()))
        .isEqualTo(
            "{\"f:a\":{},\"f:b\":{},\"k:{\\\"name\\\":\\\"a\\\\u0026b\\\",\\\"port\\\":80}\":{\".\":{},\"f:x\":{}},"
                + "\"k:{\\\"name\\\":\\\"z\\\"}\":{\"f:x\":{}},\"v:2\":{},\"v:10\":{},\"v:\\\"b\\\\u003c\\\"\":{},\"v:true\":{},"
                + "\"i:3\":{}}");
  }

  @Test
  void fromJson_leavesOutWhatItDoesNotKnow() {
    assertThat(set("{'x:1': {}, 'f:a': {'x:2': {}}}")).isEqualTo(set("{'f:a': {}}"));
    assertThat(set("{'f:a': {'.': {}}}")).isEqualTo(set("{'f:a': {}}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{f: {}}", "{fa: {}}", "{'v:x': {}}", "{'i:x': {}}", "{'k:{': {}}"})
  void fromJson_whenAKeyIsNone_isRefused(String json) {
    assertThatThrownBy(() -> set(json)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void printed_isAsInConflicts() {
    FieldSet set =
        set(
            """
            f:l:
              k:{"name":"a","port":80,"on":true,"half":1.5}: {f:b: {}}
              v:"x": {}
              i:3: {}
            f:m: {}
            """);

    assertThat(set)
        .hasToString(".m\n.l[=\"x\"]\n.l[3]\n.l[half=1.5,name=\"a\",on=true,port=80].b\n");
    assertThat(new Step.Value(Trees.tree("[1, {a: null}]"))).hasToString("[=[1,a=null]]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {f:a: {f:b: {}}}             | {f:a: {}}         | {f:a: {f:b: {}}}        | {}
          {f:a: {}}                    | {f:a: {f:b: {}}}  | {f:a: {}}               | {f:a: {}}
          {f:a: {.: {}, f:b: {}}}      | {f:a: {}}         | {f:a: {f:b: {}}}        | {}
          {f:a: {f:b: {}, f:c: {}}}    | {f:a: {f:b: {}}}  | {f:a: {f:c: {}}}        | {f:a: {f:c: {}}}
          {f:a: {}, f:d: {}}           | {f:a: {}}         | {f:d: {}}               | {f:d: {}}
          """)
  void difference_takesMembers_deepDifferenceAlsoWhatIsBelow(
      String one, String two, String plain, String deep) {
    assertThat(set(one).difference(set(two))).isEqualTo(set(plain));
    assertThat(set(one).deepDifference(set(two))).isEqualTo(set(deep));
  }

  @Test
  void leaves_areMembersWithoutMembersBelow() {
    assertThat(set("{f:a: {.: {}, f:b: {}}, f:c: {}}").leaves())
        .isEqualTo(set("{f:a: {f:b: {}}, f:c: {}}"));
  }

  @Test
  void has_findsMembersOnly() {
    FieldSet set = set("{f:a: {f:b: {}}}");
    List<Step> path = List.of(new Step.Field("a"), new Step.Field("b"));

    assertThat(set.has(path)).isTrue();
    assertThat(set.has(path.subList(0, 1))).isFalse();
    assertThat(set.has(List.of())).isFalse();
    assertThat(set.has(List.of(new Step.Field("q"), new Step.Field("b")))).isFalse();
    assertThat(FieldSet.of(List.of(List.of())).isEmpty()).isTrue();
    assertThat(set.size()).isEqualTo(1);
    assertThat(set).isNotEqualTo("a").hasSameHashCodeAs(set("{f:a: {f:b: {}}}"));
  }

  @Test
  void steps_areOrderedBySortThenByValue() {
    List<Step> ordered =
        Stream.of(
                "f:a",
                "f:b",
                "k:{\"a\":1}",
                "k:{\"a\":1,\"b\":1}",
                "k:{\"a\":2}",
                "k:{\"b\":0}",
                "v:1",
                "v:1.5",
                "v:2",
                "v:\"1\"",
                "v:\"a\"",
                "v:false",
                "v:true",
                "v:[1]",
                "v:[1,2]",
                "v:[2]",
                "v:{\"a\":1}",
                "v:{\"b\":1}",
                "v:null",
                "i:2",
                "i:10")
            .map(text -> Step.decoded(text).orElseThrow())
            .toList();

    List<Step> reversed = new java.util.ArrayList<>(ordered);
    java.util.Collections.reverse(reversed);
    assertThat(reversed.stream().sorted().toList()).isEqualTo(ordered);
    assertThat(Step.decoded("v:1").orElseThrow())
        .isEqualByComparingTo(Step.decoded("v:1.0").orElseThrow());
  }
}
