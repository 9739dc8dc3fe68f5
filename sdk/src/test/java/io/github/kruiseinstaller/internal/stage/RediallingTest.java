package io.github.kruiseinstaller.internal.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RediallingTest {
  @ParameterizedTest
  @CsvSource({"PEM|, PEM", "PEM, PEM|", "ONE|TWO||, ONE|TWO|"})
  void touched_hasANewlineMoreOrLessAtItsEnd(String before, String after) {
    assertThat(Redialling.touched(encoded(before))).isEqualTo(encoded(after));
  }

  private static String encoded(String lines) {
    return Base64.getEncoder().encodeToString(lines.replace('|', '\n').getBytes(UTF_8));
  }
}
