package io.github.kruiseinstaller.internal.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.tree.Json;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Random trees, written by another hand, come back as they were. */
class YamlRoundTripProperties {
  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void read_whenTreeWasWrittenAsJson_sameTree(@ForAll("objects") Map<String, Object> tree) {
    assertThat(readBack(Json.compact(tree))).isEqualTo(tree);
    assertThat(readBack(Json.pretty(tree))).isEqualTo(tree);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void read_whenTreeWasWrittenAsQuotedYaml_sameTree(@ForAll("objects") Map<String, Object> tree) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setDefaultScalarStyle(DumperOptions.ScalarStyle.DOUBLE_QUOTED);
    // Double-quoted numbers get a tag from the writer, so that tags are exercised as well.
    assertThat(readBack(new Yaml(options).dump(tree))).isEqualTo(tree);
  }

  @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
  void read_whenDocumentsAreJoined_allComeBackInOrder(
      @ForAll("objects") Map<String, Object> first, @ForAll("objects") Map<String, Object> second) {
    String text = "---\n" + Json.pretty(first) + "\n---\n" + Json.compact(second) + "\n";
    assertThat(YamlReader.read("a.yaml", text))
        .extracting(YamlDocument::tree)
        .containsExactly(first, second);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void read_whenAnyText_endsWithDocumentsOrProblems(@ForAll String text) {
    try {
      assertThat(YamlReader.read("a.yaml", text)).doesNotContainNull();
    } catch (YamlReadException e) {
      assertThat(e.problems()).isNotEmpty();
    }
  }

  @Provide
  Arbitrary<Map<String, Object>> objects() {
    return maps(values(), 1);
  }

  private static Arbitrary<Map<String, Object>> maps(Arbitrary<Object> values, int min) {
    return Arbitraries.maps(texts(), values).ofMinSize(min).ofMaxSize(4);
  }

  private static Arbitrary<Object> values() {
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            texts(),
            Arbitraries.longs(),
            Arbitraries.bigIntegers()
                .greaterOrEqual(BigInteger.ONE.shiftLeft(64))
                .lessOrEqual(BigInteger.ONE.shiftLeft(69)),
            Arbitraries.of(true, false),
            Arbitraries.bigDecimals().ofScale(3).filter(n -> n.stripTrailingZeros().scale() == 3));
    return Arbitraries.recursive(
        () -> scalars.injectNull(0.05), YamlRoundTripProperties::nest, 0, 3);
  }

  private static Arbitrary<Object> nest(Arbitrary<Object> inner) {
    Arbitrary<List<Object>> lists = inner.list().ofMaxSize(3);
    return Arbitraries.oneOf(inner, lists.map(list -> (Object) list), maps(inner, 0).map(m -> m));
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings()
            .alpha()
            .numeric()
            .withChars(" :-#{}[]&*!|>'\"%@`,.\n\té€")
            .ofMaxLength(12),
        Arbitraries.of(
            "yes", "on", "null", "~", "12:30", "2001-01-01", "0x1", "1e3", "<<", "kind"));
  }

  private static Map<String, Object> readBack(String text) {
    List<YamlDocument> documents = YamlReader.read("a.yaml", text);
    assertThat(documents).hasSize(1);
    return documents.get(0).tree();
  }
}
