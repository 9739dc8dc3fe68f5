package io.github.kruiseinstaller.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Selectors against a model: the sets of label values, absence included, that each term allows. */
class SelectorsProperties {
  private static final List<String> KEYS = List.of("a", "b", "c");
  private static final List<String> VALUES = List.of("1", "2", "3");

  @Property
  void matches_isTheConjunctionOfWhatEachTermAllows(
      @ForAll("terms") List<Term> terms, @ForAll("labels") Map<String, String> labels) {
    List<Object> expressions = new ArrayList<>();
    boolean expected = true;
    for (Term term : terms) {
      expressions.add(
          Map.of(
              "key",
              term.key(),
              "operator",
              term.operator(),
              "values",
              List.copyOf(term.values())));
      expected &= term.allows(labels.getOrDefault(term.key(), ABSENT));
    }

    assertThat(Selectors.matches(Map.of("matchExpressions", expressions), labels))
        .isEqualTo(expected);
  }

  @Property
  void matchLabels_meansInWithOneValue(
      @ForAll("labels") Map<String, String> wanted, @ForAll("labels") Map<String, String> labels) {
    assertThat(Selectors.matches(Map.of("matchLabels", wanted), labels))
        .isEqualTo(labels.entrySet().containsAll(wanted.entrySet()));
  }

  private static final String ABSENT = "(absent)";

  record Term(String key, String operator, Set<String> values) {
    boolean allows(String value) {
      Set<String> allowed =
          switch (operator) {
            case "In" -> values;
            case "NotIn" -> without(values);
            case "Exists" -> Set.copyOf(VALUES);
            default -> Set.of(ABSENT);
          };
      return allowed.contains(value);
    }

    private static Set<String> without(Set<String> values) {
      Set<String> all = new java.util.HashSet<>(VALUES);
      all.add(ABSENT);
      all.removeAll(values);
      return all;
    }
  }

  @Provide
  Arbitrary<List<Term>> terms() {
    Arbitrary<Set<String>> values = Arbitraries.of(VALUES).set().ofMinSize(1);
    return Combinators.combine(
            Arbitraries.of(KEYS), Arbitraries.of("In", "NotIn", "Exists", "DoesNotExist"), values)
        .as(Term::new)
        .list()
        .ofMaxSize(4);
  }

  @Provide
  Arbitrary<Map<String, String>> labels() {
    return Arbitraries.maps(Arbitraries.of(KEYS), Arbitraries.of(VALUES));
  }
}
