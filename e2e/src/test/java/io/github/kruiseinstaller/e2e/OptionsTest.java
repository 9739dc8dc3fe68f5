package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static final Map<String, String> KNOWN = Map.of("--rounds", "3", "--kruise", "a,b");

  @Test
  void givenValuesReplaceDefaults() {
    Options options = new Options(new String[] {"--rounds", "5"}, KNOWN);

    assertThat(options.number("--rounds")).isEqualTo(5);
    assertThat(options.list("--kruise")).containsExactly("a", "b");
  }

  @Test
  void anUnknownOptionIsRefusedWithThoseThatExist() {
    assertThatThrownBy(() -> new Options(new String[] {"--laps", "5"}, KNOWN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--laps")
        .hasMessageContaining("--rounds");
  }

  @Test
  void anOptionWithoutValueIsRefused() {
    assertThatThrownBy(() -> new Options(new String[] {"--rounds"}, KNOWN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
