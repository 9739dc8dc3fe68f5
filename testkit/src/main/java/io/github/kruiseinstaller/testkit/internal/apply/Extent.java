package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.apply.Place.Form;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the places that an object speaks about: what its applier comes to own. */
final class Extent {
  private final FieldSet.Builder places = new FieldSet.Builder();
  private final List<Step> path = new ArrayList<>();

  private Extent() {}

  /** The places that {@code object} speaks about. */
  static FieldSet of(Schema schema, JsonNode object) {
    Extent extent = new Extent();
    extent.visit(schema, object);
    return extent.places.build();
  }

  private void visit(Schema schema, JsonNode value) {
    Form form = Place.form(schema, value);
    if (Place.isAtomic(schema, form)) {
      places.add(path);
    } else if (form == Form.LIST) {
      visitElements(schema, value);
    } else {
      Place.entries(value)
          .properties()
          .forEach(entry -> visitEntry(schema, entry.getKey(), entry.getValue()));
    }
  }

  private void visitEntry(Schema schema, String name, JsonNode value) {
    path.add(new Step.Field(name));
    visit(Place.field(schema, name), value);
    if (value.isNull() || (value.isObject() && value.isEmpty()) || !Place.declares(schema, name)) {
      places.add(path);
    }
    path.remove(path.size() - 1);
  }

  private void visitElements(Schema schema, JsonNode list) {
    JsonNode elements = Place.elements(list);
    List<Step> steps = Place.steps(schema, elements);
    Set<Step> seen = new HashSet<>();
    Set<Step> twice = new HashSet<>();
    steps.stream().filter(step -> !seen.add(step)).forEach(twice::add);
    for (int i = 0; i < steps.size(); i++) {
      path.add(steps.get(i));
      if (!twice.contains(steps.get(i))) {
        visit(schema.element(), elements.get(i));
      }
      places.add(path);
      path.remove(path.size() - 1);
    }
  }
}
