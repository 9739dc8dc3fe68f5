package io.github.kruiseinstaller.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void lines_alignTextLeftAndFiguresRight() {
    TextTable table =
        new TextTable()
            .left("stage")
            .right("took")
            .left("")
            .row("load", "7 ms", "")
            .row("r", "12 ms", "x");

    assertThat(table.lines("  "))
        .containsExactly("  stage   took", "  load    7 ms", "  r      12 ms  x");
  }

  @Test
  void row_whenCellsAreMissing_isRefused() {
    TextTable table = new TextTable().left("a").left("b");

    assertThatThrownBy(() -> table.row("1")).isInstanceOf(IllegalArgumentException.class);
  }
}
