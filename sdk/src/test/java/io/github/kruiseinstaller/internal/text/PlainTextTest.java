package io.github.kruiseinstaller.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 ms",
    "999, 999 ms",
    "1000, 1.0 s",
    "3249, 3.2 s",
    "59949, 59.9 s",
    "59950, 1 min 00 s",
    "245000, 4 min 05 s",
    "3600000, 60 min 00 s"
  })
  void duration_isSaidAsAPersonWould(long millis, String expected) {
    assertThat(PlainText.duration(Duration.ofMillis(millis))).isEqualTo(expected);
  }

  @Test
  void oneLine_whenTextMovesTheCursor_hasSpacesInstead() {
    assertThat(PlainText.oneLine(" a\r\nb\u001b[2Jc\u2028d\u202ee \ud83d\ude80\n"))
        .isEqualTo("a  b [2Jc d e \ud83d\ude80");
  }

  @Property
  void atMost_isNeverLongerAndNeverHalfACharacter(@ForAll String text) {
    String cut = PlainText.atMost(10, text);

    assertThat(cut.length()).isLessThanOrEqualTo(10);
    assertThat(cut.replace("...", "").chars().filter(c -> Character.isHighSurrogate((char) c)))
        .hasSameSizeAs(
            cut.chars().filter(c -> Character.isLowSurrogate((char) c)).boxed().toList());
  }

  @Test
  void atMost_whenTooLong_endsInDots() {
    assertThat(PlainText.atMost(8, "123456789")).isEqualTo("12345...");
    assertThat(PlainText.atMost(9, "123456789")).isEqualTo("123456789");
  }

  @Test
  void count_saysOneOrMany() {
    assertThat(PlainText.count(1, "write")).isEqualTo("1 write");
    assertThat(PlainText.count(0, "write")).isEqualTo("0 writes");
  }
}
