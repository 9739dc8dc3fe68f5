package io.github.kruiseinstaller.testkit.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What becomes of warnings. */
final class WarningsTest {
  @Test
  void headers_quoteTheText() {
    assertThat(Warnings.headers(List.of("unknown field \"a\\b\"")))
        .containsExactly("299 - \"unknown field \\\"a\\\\b\\\"\"");
  }

  @Test
  void headers_ofTheSameText_areOne() {
    assertThat(Warnings.headers(List.of("a", "b", "a")))
        .containsExactly("299 - \"a\"", "299 - \"b\"");
  }

  @Test
  void headers_ofWhatNoHeaderCanHold_areNone() {
    assertThat(Warnings.headers(List.of("", "a\nb"))).isEmpty();
  }

  @Test
  void headers_upToTheLimit_areWhole() {
    List<String> texts = List.of("a".repeat(4000), "b".repeat(96));

    assertThat(Warnings.headers(texts))
        .containsExactly("299 - \"" + texts.get(0) + '"', "299 - \"" + texts.get(1) + '"');
  }

  @Test
  void headers_beyondTheLimit_areAllShortened() {
    String euros = "€".repeat(300);

    assertThat(Warnings.headers(List.of("a".repeat(4000), "short", euros)))
        .containsExactly(
            "299 - \"" + "a".repeat(256) + '"',
            "299 - \"short\"",
            "299 - \"" + "€".repeat(256) + '"');
  }

  @Test
  void headers_beyondTheLimitThoughShortened_areLeftOut() {
    List<String> texts = new ArrayList<>();
    Stream.iterate(10, i -> i < 40, i -> i + 1).forEach(i -> texts.add(i + "x".repeat(298)));

    assertThat(Warnings.headers(texts)).hasSize(16).allMatch(value -> value.length() == 256 + 8);
  }
}
