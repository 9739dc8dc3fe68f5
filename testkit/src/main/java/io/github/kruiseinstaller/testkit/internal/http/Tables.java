package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Objects as the Tables that kubectl prints. */
final class Tables {
  private static final Printer PLAIN =
      Printer.of(
          WorkloadPrinters.name(),
          WorkloadPrinters.cell(
              new Column("Created At", "date", "", "When the object was created.", 0),
              (object, now) -> Nodes.textOrEmpty(object, "metadata", "creationTimestamp")));

  private static final String SCALES = "scales.autoscaling";

  private final Resources resources;
  private final Supplier<Instant> now;
  private final Map<String, Printer> printers = new HashMap<>();

  Tables(Resources resources, Supplier<Instant> now) {
    this.resources = resources;
    this.now = now;
    printers.putAll(WorkloadPrinters.all());
    printers.putAll(CorePrinters.all());
    printers.put(
        SCALES,
        Printer.of(
            WorkloadPrinters.name(),
            WorkloadPrinters.cell(
                Column.number("Desired", "How many there should be."),
                (scale, at) -> Nodes.number(0, scale, "spec", "replicas")),
            WorkloadPrinters.cell(
                Column.number("Available", "How many there are."),
                (scale, at) -> Nodes.number(0, scale, "status", "replicas")),
            WorkloadPrinters.age()));
  }

  /**
   * How a Table is wanted.
   *
   * @param apiVersion of the Table
   * @param includeObject {@code None}, {@code Object}, or {@code Metadata} or empty
   * @param headers whether it says what its columns are
   */
  record Options(String apiVersion, String includeObject, boolean headers) {}

  /** An object, or all of a list. */
  ObjectNode table(Resource resource, ObjectNode tree, Options options) {
    boolean scale =
        Nodes.textOrEmpty(tree, "kind").equals(AdHoc.SCALE.kind())
            && Nodes.textOrEmpty(tree, "apiVersion").equals(AdHoc.SCALE.apiVersion());
    Printer printer = scale ? printers.getOrDefault(SCALES, PLAIN) : printer(resource);
    ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", options.apiVersion());
    ObjectNode metadata = table.putObject("metadata");
    for (String key : List.of("resourceVersion", "continue", "remainingItemCount")) {
      JsonNode value = Nodes.at(tree, "metadata", key);
      if (!value.isMissingNode()) {
        metadata.set(key, value);
      }
    }
    if (options.headers()) {
      ArrayNode columns = table.putArray("columnDefinitions");
      printer.columns().forEach(column -> columns.add(column.json()));
    } else {
      table.putNull("columnDefinitions");
    }
    ArrayNode rows = table.putArray("rows");
    if (tree.has("items")) {
      tree.path("items").forEach(item -> rows.add(row(resource, printer, item, options)));
    } else {
      rows.add(row(resource, printer, tree, options));
    }
    return table;
  }

  private Printer printer(Resource resource) {
    if (resource.custom()) {
      return new DefinedPrinter(Definitions.version(resources, resource));
    }
    return printers.getOrDefault(resource.groupResource(), PLAIN);
  }

  private ObjectNode row(Resource resource, Printer printer, JsonNode object, Options options) {
    ObjectNode row = Json.object();
    ArrayNode cells = row.putArray("cells");
    List<@Nullable Object> values = printer.cells(object, now.get());
    for (@Nullable Object value : values) {
      cells.add(value == null ? cells.nullNode() : Json.of(value));
    }
    switch (options.includeObject()) {
      case "None" -> row.putNull("object");
      case "Object" -> row.set("object", whole(resource, object));
      default -> row.set("object", Rendering.partial(object, options.apiVersion()));
    }
    return row;
  }

  /** The object with its kind, which it does not say inside a list. */
  private static ObjectNode whole(Resource resource, JsonNode object) {
    ObjectNode whole =
        Json.object().put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
    object.properties().forEach(field -> whole.set(field.getKey(), field.getValue()));
    return whole;
  }
}
