package io.github.kruiseinstaller.internal.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FieldSetTest {
  @Test
  void union_hasTheFieldsOfBoth() {
    assertThat(set("{'f:a':{'f:x':{}}}").union(set("{'f:a':{'f:y':{}},'f:b':{}}")))
        .isEqualTo(set("{'f:a':{'f:x':{},'f:y':{}},'f:b':{}}"));
  }

  @Test
  void union_ofAFieldAndWhatIsBelowIt_hasBoth() {
    FieldSet both = set("{'f:a':{'.':{},'f:x':{}}}");

    assertThat(set("{'f:a':{}}").union(set("{'f:a':{'f:x':{}}}"))).isEqualTo(both);
    assertThat(set("{'f:a':{'f:x':{}}}").union(set("{'f:a':{}}"))).isEqualTo(both);
  }

  @Test
  void minus_leavesWhatTheOtherHasNot() {
    assertThat(set("{'f:a':{'f:x':{},'f:y':{}},'f:b':{}}").minus(set("{'f:a':{'f:x':{}}}")))
        .isEqualTo(set("{'f:a':{'f:y':{}},'f:b':{}}"));
  }

  @Test
  void minus_ofAllThatAMapHolds_leavesNothingOfTheMap() {
    assertThat(
            set("{'f:labels':{'.':{},'f:x':{}}}").minus(set("{'f:labels':{'f:x':{}}}")).isEmpty())
        .isTrue();
  }

  @Test
  void minus_ofAFieldBelowAFieldThatIsOwnedAsAWhole_leavesTheWhole() {
    FieldSet whole = set("{'f:emptyDir':{}}");

    assertThat(whole.minus(set("{'f:emptyDir':{'f:medium':{}}}"))).isEqualTo(whole);
    assertThat(whole.minus(whole).isEmpty()).isTrue();
  }

  @Test
  void intersect_hasWhatBothHave() {
    FieldSet one = set("{'f:m':{'f:l':{'.':{},'f:x':{},'f:y':{}},'f:a':{'f:z':{}}}}");
    FieldSet other = set("{'f:m':{'f:l':{'f:y':{}},'f:a':{'f:q':{}}}}");

    assertThat(one.intersect(other).minus(other).isEmpty()).isTrue();
    assertThat(one.intersect(other).reaches("m", "l", "y")).isTrue();
    assertThat(one.intersect(other).reaches("m", "l", "x")).isFalse();
  }

  @Test
  void without_takesAFieldWithAllBelowIt() {
    assertThat(set("{'f:data':{'.':{},'f:k':{}},'f:type':{}}").without("data"))
        .isEqualTo(set("{'f:type':{}}"));
    assertThat(set("{'f:s':{'f:c':{'f:x':{}}}}").without("s", "c").isEmpty()).isTrue();
    assertThat(set("{'f:type':{}}").without("s", "c")).isEqualTo(set("{'f:type':{}}"));
  }

  @Test
  void reaches_findsFieldsAndTheWayToThem() {
    FieldSet set = FieldSet.field("metadata", "annotations", "meta.helm.sh/release-name");

    assertThat(set.reaches("metadata", "annotations")).isTrue();
    assertThat(set.reaches("metadata", "annotations", "meta.helm.sh/release-name")).isTrue();
    assertThat(set.reaches("metadata", "labels")).isFalse();
  }

  @Test
  void removeFrom_takesFieldsItemsAndWhatTheyLeaveEmpty() {
    Map<String, @Nullable Object> tree =
        tree(
            "{'a':{'x':1,'y':2},'b':{'x':1},'list':[{'name':'one','v':1},{'name':'two','v':2}],"
                + "'set':['p','q'],'kept':{'x':1}}");

    set("{'f:a':{'f:x':{}},'f:b':{'.':{},'f:x':{}},'f:list':{'k:{\\\"name\\\":\\\"one\\\"}':"
            + "{'.':{},'f:v':{}},'k:{\\\"name\\\":\\\"two\\\"}':{'f:v':{}}},'f:set':"
            + "{'v:\\\"p\\\"':{}},'f:absent':{'f:x':{}}}")
        .removeFrom(tree);

    assertThat(tree)
        .isEqualTo(tree("{'a':{'y':2},'list':[{'name':'two'}],'set':['q'],'kept':{'x':1}}"));
  }

  @Property
  void aSetWithoutItselfIsEmpty(@ForAll("sets") FieldSet set) {
    assertThat(set.minus(set)).isEqualTo(FieldSet.NONE);
  }

  @Property
  void unionWithItselfChangesNothing(@ForAll("sets") FieldSet set) {
    assertThat(set.union(set)).isEqualTo(set);
    assertThat(set.union(FieldSet.NONE)).isEqualTo(set);
  }

  @Property
  void whatIsTakenOutOfAUnionIsInTheOther(
      @ForAll("sets") FieldSet one, @ForAll("sets") FieldSet two) {
    assertThat(one.union(two).minus(two).minus(one)).isEqualTo(FieldSet.NONE);
    assertThat(one.minus(two).minus(one)).isEqualTo(FieldSet.NONE);
  }

  @Provide
  static Arbitrary<FieldSet> sets() {
    return nodes(3).map(FieldSet::new);
  }

  private static Arbitrary<Map<String, Object>> nodes(int depth) {
    Arbitrary<String> keys = Arbitraries.of("f:a", "f:b", "k:{\"name\":\"x\"}", "v:\"p\"");
    Arbitrary<Object> below =
        depth == 0
            ? Arbitraries.just(Map.of())
            : Arbitraries.oneOf(
                Arbitraries.just(Map.of()), nodes(depth - 1).map(FieldSetTest::asObject));
    return Arbitraries.maps(keys, below).ofMaxSize(3);
  }

  private static Object asObject(Map<String, Object> map) {
    return map;
  }

  static FieldSet set(String json) {
    return new FieldSet(tree(json));
  }

  private static Map<String, @Nullable Object> tree(String json) {
    return Trees.mutable(Trees.map(Json.parse(json.replace('\'', '"'))));
  }
}
