package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.Place.Form;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.patch.GoText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that an applied configuration is what its schema says, as the API server does before it
 * merges: types, declared fields, and elements of lists that can be told apart.
 */
final class Conformance {
  private final List<String> errors = new ArrayList<>();
  private final List<Step> path = new ArrayList<>();

  private Conformance() {}

  /**
   * Checks.
   *
   * @throws NonconformingException with all that is wrong
   */
  static void check(Schema schema, JsonNode object) {
    Conformance check = new Conformance();
    check.visit(schema, object);
    if (!check.errors.isEmpty()) {
      throw NonconformingException.all(check.errors);
    }
  }

  private void visit(Schema schema, JsonNode value) {
    if (value.isNull()) {
      return;
    }
    Form form = Place.form(schema, value);
    String complaint = form == Form.SCALAR ? scalarComplaint(schema, value) : null;
    if (form == Form.MAP && !value.isObject()) {
      complaint = "expected map, got &{" + GoText.plain(value) + "}";
    }
    if (form == Form.LIST && !value.isArray()) {
      complaint = "expected list, got &{" + GoText.plain(value) + "}";
    }
    if (complaint != null) {
      report(complaint);
    } else if (value instanceof ObjectNode object) {
      visitEntries(schema, object);
    } else if (value instanceof ArrayNode list) {
      visitElements(schema, list);
    }
  }

  private static @Nullable String scalarComplaint(Schema schema, JsonNode value) {
    return switch (schema.type()) {
      case INTEGER, NUMBER ->
          value.isNumber() ? null : "expected numeric (int or float), got " + GoText.type(value);
      case STRING ->
          value.isTextual()
              ? null
              : "expected string, got &value.valueUnstructured{Value:" + GoText.source(value) + "}";
      case BOOLEAN ->
          value.isBoolean() ? null : "expected boolean, got &{" + GoText.plain(value) + "}";
      default ->
          value.isContainerNode()
              ? "expected any scalar, got &{" + GoText.plain(value) + "}"
              : null;
    };
  }

  private void visitEntries(Schema schema, ObjectNode object) {
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      path.add(new Step.Field(entry.getKey()));
      boolean known = Place.declares(schema, entry.getKey()) || Place.isOpen(schema);
      if (known) {
        visit(Place.field(schema, entry.getKey()), entry.getValue());
      } else {
        report("field not declared in schema");
      }
      path.remove(path.size() - 1);
      if (!known) {
        // As the API server, which stops at the first one in each object.
        return;
      }
    }
  }

  private void visitElements(Schema schema, ArrayNode list) {
    boolean atomic = Place.isAtomic(schema, Form.LIST);
    Set<Step> seen = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      Step step = new Step.Index(i);
      if (!atomic) {
        try {
          step = Place.step(schema, list.get(i));
        } catch (NonconformingException e) {
          report(e.at("element " + i).getMessage());
          return;
        }
        if (!seen.add(step)) {
          report("duplicate entries for key " + step);
        }
      }
      path.add(step);
      visit(Place.elementOf(schema), list.get(i));
      path.remove(path.size() - 1);
    }
  }

  private void report(@Nullable String complaint) {
    errors.add(path.isEmpty() ? "" + complaint : FieldSet.printed(path) + ": " + complaint);
  }
}
