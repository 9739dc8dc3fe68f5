package io.github.kruiseinstaller.internal.text;

import java.util.ArrayList;
import java.util.List;

/** A table of left- and right-aligned columns that are as wide as their widest cell. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a column of text. */
  public TextTable left(String title) {
    columns.add(new Column(title, false));
    return this;
  }

  /** Adds a column of figures. */
  public TextTable right(String title) {
    columns.add(new Column(title, true));
    return this;
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException when there are not as many cells as columns
   */
  public TextTable row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns.size());
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The lines, title first, each begun with {@code indent} and without spaces at its end. */
  public List<String> lines(String indent) {
    List<String> lines = new ArrayList<>();
    lines.add(indent + line(columns.stream().map(Column::title).toList()));
    rows.forEach(row -> lines.add(indent + line(row)));
    return lines;
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int index = 0; index < cells.size(); index++) {
      String cell = cells.get(index);
      String padding = " ".repeat(widthOf(index) - cell.length());
      line.append(index == 0 ? "" : GAP)
          .append(columns.get(index).figures() ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }

  private int widthOf(int index) {
    return Math.max(
        columns.get(index).title().length(),
        rows.stream().mapToInt(row -> row.get(index).length()).max().orElse(0));
  }

  private record Column(String title, boolean figures) {}
}
