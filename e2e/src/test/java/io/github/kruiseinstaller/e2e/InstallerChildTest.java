package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.e2e.InstallerChild.Line;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class InstallerChildTest {
  @Test
  void of_whenTheLineSaysWhen_takesTheTimeFromTheText() {
    Line line = Line.of("2026-11-26T20:14:09.762403Z ObjectWritten park: create Secret a/b");

    assertThat(line.at()).isEqualTo(Instant.parse("2026-11-26T20:14:09.762403Z"));
    assertThat(line.text()).isEqualTo("ObjectWritten park: create Secret a/b");
  }

  @Test
  void of_whenTheLineSaysNoTime_keepsTheText() {
    Instant before = Instant.now();

    assertThat(Line.of("a warning of the virtual machine"))
        .satisfies(line -> assertThat(line.text()).isEqualTo("a warning of the virtual machine"))
        .satisfies(line -> assertThat(line.at()).isAfterOrEqualTo(before));
    assertThat(Line.of("ended").text()).isEqualTo("ended");
    assertThat(Line.of("").text()).isEmpty();
  }
}
