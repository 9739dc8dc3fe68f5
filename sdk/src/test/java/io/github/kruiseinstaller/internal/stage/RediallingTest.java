package io.github.kruiseinstaller.internal.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RediallingTest {
  @ParameterizedTest
  @CsvSource({
    "PEM, PEM|",
    "PEM|, PEM||",
    "ONE|TWO|, ONE|TWO||",
    "PEM|||||||, PEM",
    "PEM||||||||||, PEM|||"
  })
  void touched_hasAnotherNumberOfNewlinesAtItsEnd(String before, String after) {
    assertThat(Redialling.touched(encoded(before))).isEqualTo(encoded(after));
  }

  @Test
  void touched_comesBackToTheSameBytesOnlyAfterManyTouches() {
    Set<String> seen = new HashSet<>();
    String bundle = encoded("PEM|");
    while (seen.add(bundle)) {
      bundle = Redialling.touched(bundle);
    }

    assertThat(seen).hasSizeGreaterThanOrEqualTo(8);
  }

  private static String encoded(String lines) {
    return Base64.getEncoder().encodeToString(lines.replace('|', '\n').getBytes(UTF_8));
  }
}
