package io.github.kruiseinstaller.testkit.internal.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.patch.Trees;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ApplyProperties {
  private static final int TRIES = 200;

  @Property(tries = TRIES)
  void applyingTwiceIsApplyingOnce(
      @ForAll("specs") ObjectNode stored, @ForAll("specs") ObjectNode config) {
    Cluster cluster = Cluster.withWidget().update("o", yaml(stored)).force("a", yaml(config));
    ObjectNode once = cluster.live();

    assertThat(cluster.force("a", yaml(config)).live()).isEqualTo(once);
    assertThat(cluster.apply("a", yaml(config)).live()).isEqualTo(once);
  }

  @Property(tries = TRIES)
  void whatIsAppliedIsThere(
      @ForAll("specs") ObjectNode stored, @ForAll("specs") ObjectNode config) {
    Cluster cluster = Cluster.withWidget().update("o", yaml(stored)).force("a", yaml(config));

    FieldSet applied = Extent.of(cluster.resource().schema(), cluster.whole(yaml(config)));
    FieldSet there =
        Extent.of(cluster.resource().schema(), cluster.live())
            .withDeclaredFields(cluster.resource().schema());
    assertThat(applied.leaves().difference(there)).isEqualTo(FieldSet.EMPTY);
    assertThat(cluster.fields("a")).isEqualTo(applied.difference(ServerFields.UNOWNED).toJson());
  }

  @Property(tries = TRIES)
  void applyingNothingTakesBackWhatWasApplied(
      @ForAll("specs") ObjectNode others, @ForAll("specs") ObjectNode config) {
    Cluster cluster = Cluster.withWidget().apply("o", yaml(others));
    ObjectNode before = cluster.live();
    FieldSet added =
        Extent.of(cluster.resource().schema(), cluster.whole(yaml(config)))
            .difference(Extent.of(cluster.resource().schema(), before));

    cluster.force("a", yaml(config)).force("a", "{}");

    FieldSet left = Extent.of(cluster.resource().schema(), cluster.live());
    assertThat(left.intersection(added)).isEqualTo(FieldSet.EMPTY);
  }

  @Property(tries = TRIES)
  void applyingByOneThenWithoutAFieldRemovesExactlyThatField(
      @ForAll("specs") ObjectNode config, @ForAll("fieldNames") String gone) {
    Cluster one = Cluster.withWidget().apply("a", yaml(config));
    ObjectNode less = config.deepCopy();
    less.remove(gone);

    one.apply("a", yaml(less));

    Cluster other = Cluster.withWidget().apply("a", yaml(less));
    assertThat(one.at("spec")).isEqualTo(other.at("spec"));
    assertThat(one.fields("a")).isEqualTo(other.fields("a"));
  }

  @Property(tries = TRIES)
  void anUpdateIsOwnedByItsWriterWhereItChangedSomething(
      @ForAll("specs") ObjectNode stored, @ForAll("specs") ObjectNode next) {
    Cluster cluster = Cluster.withWidget().update("a", yaml(stored));
    ObjectNode before = cluster.live();
    cluster.update("b", yaml(next));

    FieldSet changed =
        Comparison.of(cluster.resource().schema(), before, cluster.live())
            .changed()
            .difference(ServerFields.UNOWNED);
    FieldSet mine = FieldSet.fromJson(cluster.fields("b"));
    FieldSet theirs = FieldSet.fromJson(cluster.fields("a"));
    assertThat(mine).isEqualTo(changed);
    assertThat(mine.intersection(theirs)).isEqualTo(FieldSet.EMPTY);
  }

  @Property
  void fieldsV1SurvivesJson(@ForAll("sets") FieldSet set) {
    assertThat(FieldSet.fromJson(Json.parse(Json.bytes(set.toJson())))).isEqualTo(set);
    assertThat(FieldSet.of(set.paths())).isEqualTo(set);
    assertThat(set.paths()).hasSize(set.size());
  }

  @Property
  void fieldSetsAreSets(
      @ForAll("sets") FieldSet a, @ForAll("sets") FieldSet b, @ForAll("sets") FieldSet c) {
    assertThat(a.union(b)).isEqualTo(b.union(a));
    assertThat(a.intersection(b)).isEqualTo(b.intersection(a));
    assertThat(a.union(b).union(c)).isEqualTo(a.union(b.union(c)));
    assertThat(a.intersection(b.union(c))).isEqualTo(a.intersection(b).union(a.intersection(c)));
    assertThat(a.difference(b).union(a.intersection(b))).isEqualTo(a);
    assertThat(a.difference(b).intersection(b)).isEqualTo(FieldSet.EMPTY);
    assertThat(a.union(FieldSet.EMPTY)).isEqualTo(a);
    assertThat(a.difference(a)).isEqualTo(FieldSet.EMPTY);
    assertThat(a.deepDifference(b).difference(a.difference(b))).isEqualTo(FieldSet.EMPTY);
    assertThat(a.leaves().difference(a)).isEqualTo(FieldSet.EMPTY);
  }

  private static String yaml(ObjectNode spec) {
    return Json.compact(Json.object().set("spec", spec));
  }

  @Provide
  Arbitrary<String> fieldNames() {
    return Arbitraries.of("size", "colour", "labels", "whole", "plain", "set", "parts", "open");
  }

  @Provide
  Arbitrary<ObjectNode> specs() {
    Arbitrary<Map<String, String>> maps =
        Arbitraries.maps(Arbitraries.of("k", "l"), Arbitraries.of("v", "w")).ofMinSize(1);
    Arbitrary<List<String>> lists = Arbitraries.of("x", "y", "z").list().ofMinSize(1).ofMaxSize(3);
    Arbitrary<Set<String>> sets = Arbitraries.of("x", "y", "z").set().ofMinSize(1);
    Arbitrary<Object> open =
        Arbitraries.of("{a: 1}", "{a: {b: 1}}", "{a: [1], c: x}", "{c: y}").map(Trees::tree);
    Arbitrary<Object> parts =
        Arbitraries.maps(Arbitraries.of("p", "q", "r"), Arbitraries.integers().between(1, 2))
            .ofMinSize(1)
            .map(
                counts -> {
                  ArrayNode list = Json.array();
                  counts.forEach(
                      (name, count) -> list.addObject().put("name", name).put("count", count));
                  return list;
                });
    return Combinators.combine(
            Arbitraries.integers().between(1, 3).injectNull(0.3),
            Arbitraries.of("red", "blue").injectNull(0.3),
            maps.injectNull(0.3),
            maps.injectNull(0.3),
            lists.injectNull(0.3),
            sets.injectNull(0.3),
            parts.injectNull(0.3),
            open.injectNull(0.3))
        .as(
            (size, colour, labels, whole, plain, set, part, rest) -> {
              ObjectNode spec = Json.object();
              put(spec, "size", size);
              put(spec, "colour", colour);
              put(spec, "labels", labels);
              put(spec, "whole", whole);
              put(spec, "plain", plain);
              put(spec, "set", set);
              put(spec, "parts", part);
              put(spec, "open", rest);
              return spec;
            });
  }

  private static void put(ObjectNode spec, String name, Object value) {
    if (value != null) {
      spec.set(name, Json.parse(Json.bytes(Json.of(value))));
    }
  }

  @Provide
  Arbitrary<FieldSet> sets() {
    Arbitrary<Step> steps =
        Arbitraries.of("f:a", "f:b", "k:{\"n\":\"<1>\",\"p\":80}", "v:\"x\"", "v:2", "i:0")
            .map(text -> Step.decoded(text).orElseThrow());
    return steps.list().ofMinSize(1).ofMaxSize(3).list().ofMaxSize(6).map(FieldSet::of);
  }
}
