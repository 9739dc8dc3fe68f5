package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.Place.Form;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an object differs from another.
 *
 * @param removed places that only the old one has
 * @param modified places whose value is another
 * @param added places that only the new one has
 */
record Comparison(FieldSet removed, FieldSet modified, FieldSet added) {
  /**
   * Compares two objects of one schema.
   *
   * @throws NonconformingException when elements of keyed lists have no keys
   */
  static Comparison of(Schema schema, JsonNode before, JsonNode after) {
    Walk walk = new Walk();
    walk.visit(schema, before, after);
    return new Comparison(walk.removed.build(), walk.modified.build(), walk.added.build());
  }

  /** Without places that a request cannot change anyway. */
  Comparison without(FieldSet ignored) {
    return new Comparison(
        removed.deepDifference(ignored),
        modified.deepDifference(ignored),
        added.deepDifference(ignored));
  }

  /** What is another now, or new. */
  FieldSet changed() {
    return modified.union(added);
  }

  private static final class Walk {
    final FieldSet.Builder removed = new FieldSet.Builder();
    final FieldSet.Builder modified = new FieldSet.Builder();
    final FieldSet.Builder added = new FieldSet.Builder();
    private final List<Step> path = new ArrayList<>();

    void visit(Schema schema, @Nullable JsonNode before, @Nullable JsonNode after) {
      Form old = Place.form(schema, before);
      Form now = Place.form(schema, after);
      boolean leaf;
      if (after == null) {
        leaf = visit(old, schema, before, null);
      } else if (before == null || old == now) {
        leaf = visit(now, schema, before, after);
      } else {
        // Where anything may stand, the one form goes and the other comes.
        visit(old, schema, before, after);
        leaf = visit(now, schema, before, after);
      }
      if (!leaf && before == null) {
        added.add(path);
      } else if (!leaf && after == null) {
        removed.add(path);
      }
    }

    /** Returns whether the place was compared as a whole. */
    private boolean visit(
        Form form, Schema schema, @Nullable JsonNode before, @Nullable JsonNode after) {
      boolean bothEmpty =
          form == Form.LIST
              ? Place.elements(before).isEmpty() && Place.elements(after).isEmpty()
              : Place.entries(before).isEmpty() && Place.entries(after).isEmpty();
      if (bothEmpty || Place.isAtomic(schema, form)) {
        compareWhole(before, after);
        return true;
      }
      if (form == Form.LIST) {
        visitElements(schema, Place.elements(before), Place.elements(after));
      } else {
        visitEntries(schema, Place.entries(before), Place.entries(after));
      }
      return false;
    }

    private void compareWhole(@Nullable JsonNode before, @Nullable JsonNode after) {
      if (before == null) {
        added.add(path);
      } else if (after == null) {
        removed.add(path);
      } else if (!Values.equal(before, after)) {
        modified.add(path);
      }
    }

    private void visitEntries(Schema schema, ObjectNode before, ObjectNode after) {
      Set<String> names = new LinkedHashSet<>();
      before.fieldNames().forEachRemaining(names::add);
      after.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        descend(new Step.Field(name), Place.field(schema, name), before.get(name), after.get(name));
      }
    }

    private void visitElements(Schema schema, ArrayNode before, ArrayNode after) {
      Map<Step, List<JsonNode>> olds = byStep(schema, before);
      Map<Step, List<JsonNode>> news = byStep(schema, after);
      Set<Step> steps = new LinkedHashSet<>(olds.keySet());
      steps.addAll(news.keySet());
      for (Step step : steps) {
        List<JsonNode> old = olds.getOrDefault(step, List.of());
        List<JsonNode> now = news.getOrDefault(step, List.of());
        if (old.size() < 2 && now.size() < 2) {
          descend(step, schema.element(), first(old), first(now));
        } else {
          visitDuplicates(step, schema.element(), old, now);
        }
      }
    }

    /** Elements with the same keys can only be owned together. */
    private void visitDuplicates(
        Step step, Schema element, List<JsonNode> old, List<JsonNode> now) {
      if (old.size() > 1 && now.size() > 1) {
        if (!sameAll(old, now)) {
          add(modified, step);
        }
      } else if (old.size() > 1) {
        if (!now.isEmpty()) {
          descend(step, element, null, first(now));
        }
        add(removed, step);
      } else {
        if (!old.isEmpty()) {
          descend(step, element, first(old), null);
        }
        add(added, step);
      }
    }

    private static boolean sameAll(List<JsonNode> old, List<JsonNode> now) {
      boolean same = old.size() == now.size();
      for (int i = 0; same && i < old.size(); i++) {
        same = Values.equal(old.get(i), now.get(i));
      }
      return same;
    }

    private void add(FieldSet.Builder places, Step step) {
      path.add(step);
      places.add(path);
      path.remove(path.size() - 1);
    }

    private void descend(
        Step step, Schema schema, @Nullable JsonNode before, @Nullable JsonNode after) {
      path.add(step);
      visit(schema, before, after);
      path.remove(path.size() - 1);
    }

    private static @Nullable JsonNode first(List<JsonNode> values) {
      return values.isEmpty() ? null : values.get(0);
    }

    private static Map<Step, List<JsonNode>> byStep(Schema schema, ArrayNode elements) {
      Map<Step, List<JsonNode>> byStep = new LinkedHashMap<>();
      List<Step> steps = Place.steps(schema, elements);
      for (int i = 0; i < elements.size(); i++) {
        byStep.computeIfAbsent(steps.get(i), absent -> new ArrayList<>()).add(elements.get(i));
      }
      return byStep;
    }
  }
}
