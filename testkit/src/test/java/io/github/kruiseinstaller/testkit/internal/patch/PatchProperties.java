package io.github.kruiseinstaller.testkit.internal.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PatchProperties {
  private static final Schema POD = new KindRegistry().kind("v1", "Pod").orElseThrow().schema();

  @Property
  void mergingAnObjectIntoItselfChangesNothing(@ForAll("objects") ObjectNode object) {
    assertThat(MergePatch.apply(object, object)).isEqualTo(object);
  }

  @Property
  void mergingTwiceIsMergingOnce(
      @ForAll("objects") ObjectNode object, @ForAll("patches") ObjectNode patch) {
    ObjectNode once = MergePatch.apply(object, patch);

    assertThat(MergePatch.apply(once, patch)).isEqualTo(once);
  }

  @Property
  void mergingIntoNothingLeavesNoNulls(@ForAll("patches") ObjectNode patch) {
    assertThat(Json.compact(MergePatch.apply(Json.object(), patch))).doesNotContain("null");
  }

  @Property
  void strategicPatchOfAPodWithItselfIsThePod(@ForAll("pods") ObjectNode pod) {
    assertThat(StrategicPatch.apply(POD, pod, pod)).isEqualTo(pod);
  }

  @Property
  void strategicPatchLeavesItsArgumentsAlone(
      @ForAll("pods") ObjectNode pod, @ForAll("pods") ObjectNode patch) {
    ObjectNode before = pod.deepCopy();
    ObjectNode patchBefore = patch.deepCopy();

    ObjectNode once = StrategicPatch.apply(POD, pod, patch);

    assertThat(pod).isEqualTo(before);
    assertThat(patch).isEqualTo(patchBefore);
    assertThat(StrategicPatch.apply(POD, once, patch)).isEqualTo(once);
  }

  @Provide
  Arbitrary<ObjectNode> objects() {
    return trees(Arbitraries.of(1L, "x", true), 3);
  }

  @Provide
  Arbitrary<ObjectNode> patches() {
    return trees(Arbitraries.of(1L, "y", true).injectNull(0.3), 3);
  }

  private static Arbitrary<ObjectNode> trees(Arbitrary<?> leaves, int depth) {
    Arbitrary<Object> plain = leaves.map(leaf -> leaf);
    Arbitrary<Object> values =
        depth == 0
            ? plain
            : Arbitraries.oneOf(plain, trees(leaves, depth - 1).map(tree -> (Object) tree));
    return Arbitraries.maps(Arbitraries.of("a", "b", "c"), values)
        .ofMaxSize(3)
        .map(entries -> (ObjectNode) Json.parse(Json.bytes(Json.objectOf(entries))))
        .withoutEdgeCases();
  }

  @Provide
  Arbitrary<ObjectNode> pods() {
    Arbitrary<Map<String, String>> images =
        Arbitraries.maps(Arbitraries.of("a", "b", "c", "d"), Arbitraries.of("x:1", "x:2"));
    return images.flatMap(
        containers ->
            Arbitraries.of("f", "g", "h")
                .set()
                .ofMinSize(1)
                .map(
                    finalizers -> {
                      ObjectNode pod = Json.object();
                      ArrayNode names = pod.putObject("metadata").putArray("finalizers");
                      finalizers.forEach(names::add);
                      ArrayNode list = pod.putObject("spec").putArray("containers");
                      containers.forEach(
                          (name, image) -> list.addObject().put("name", name).put("image", image));
                      return pod;
                    }));
  }
}
