package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Custom resources as rows, with the columns that their definition asks for. */
final class DefinedPrinter implements Printer {
  private static final JsonNode AGE =
      Json.object()
          .put("name", "Age")
          .put("type", "date")
          .put("description", "How long ago the object was created.")
          .put("jsonPath", ".metadata.creationTimestamp");

  private final List<JsonNode> defined;

  /** A printer for one version of a definition. */
  DefinedPrinter(JsonNode version) {
    List<JsonNode> columns = Nodes.list(version, "additionalPrinterColumns");
    defined = columns.isEmpty() ? List.of(AGE) : columns;
  }

  @Override
  public List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.NAME);
    for (JsonNode column : defined) {
      String path = Nodes.textOrEmpty(column, "jsonPath");
      columns.add(
          new Column(
              Nodes.textOrEmpty(column, "name"),
              Nodes.textOrEmpty(column, "type"),
              Nodes.textOrEmpty(column, "format"),
              Nodes.text(column, "description")
                  .filter(text -> !text.isEmpty())
                  .orElse("Custom resource definition column (in JSONPath format): " + path),
              Nodes.number(0, column, "priority")));
    }
    return columns;
  }

  @Override
  public List<@Nullable Object> cells(JsonNode object, Instant now) {
    List<@Nullable Object> cells = new ArrayList<>();
    cells.add(Nodes.name(object));
    for (JsonNode column : defined) {
      Optional<JsonNode> value = new JsonPath(Nodes.textOrEmpty(column, "jsonPath")).first(object);
      cells.add(
          value.isPresent() ? cell(Nodes.textOrEmpty(column, "type"), value.get(), now) : null);
    }
    return cells;
  }

  private static @Nullable Object cell(String type, JsonNode value, Instant now) {
    return switch (type) {
      case "string" -> value.isValueNode() ? value.asText() : value.toString();
      case "integer" -> value.isNumber() ? (Object) value.longValue() : null;
      case "number" -> value.isNumber() ? (Object) value.doubleValue() : null;
      case "boolean" -> value.isBoolean() ? (Object) value.booleanValue() : null;
      case "date" -> value.isTextual() ? Ages.since(value.textValue(), now) : null;
      default -> null;
    };
  }
}
