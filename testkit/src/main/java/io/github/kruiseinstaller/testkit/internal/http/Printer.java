package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Shows objects of one kind as rows. */
interface Printer {
  /** What the rows show. */
  List<Column> columns();

  /** A row: texts, numbers, truth values or null, one for each column. */
  List<@Nullable Object> cells(JsonNode object, Instant now);

  /** A printer with a function for each column. */
  static Printer of(Cell... cells) {
    List<Cell> all = Arrays.asList(cells);
    List<Column> columns = all.stream().map(Cell::column).toList();
    return new Printer() {
      @Override
      public List<Column> columns() {
        return columns;
      }

      @Override
      public List<@Nullable Object> cells(JsonNode object, Instant now) {
        List<@Nullable Object> row = new ArrayList<>();
        all.forEach(cell -> row.add(cell.value().apply(object, now)));
        return row;
      }
    };
  }

  /** A column and what stands in it. */
  record Cell(Column column, BiFunction<JsonNode, Instant, Object> value) {}
}
