package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.Place.Form;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lays an applied configuration over a live object. Nothing goes away; where both say something
 * about a leaf, the configuration counts.
 */
final class Merge {
  private Merge() {}

  /**
   * The live object with the configuration over it; neither is changed.
   *
   * @throws NonconformingException when elements of lists cannot be told apart
   */
  static ObjectNode of(Schema schema, ObjectNode live, ObjectNode config) {
    JsonNode merged = merge(schema, live, config);
    return merged instanceof ObjectNode object ? object : Json.object();
  }

  private static @Nullable JsonNode merge(
      Schema schema, @Nullable JsonNode live, @Nullable JsonNode config) {
    if (config == null) {
      return merge(Place.form(schema, live), schema, live, null);
    }
    return merge(Place.form(schema, config), schema, live, config);
  }

  private static @Nullable JsonNode merge(
      Form form, Schema schema, @Nullable JsonNode live, @Nullable JsonNode config) {
    boolean nothingInside =
        form == Form.LIST
            ? Place.elements(live).isEmpty() && Place.elements(config).isEmpty()
            : Place.entries(live).isEmpty() && Place.entries(config).isEmpty();
    if (nothingInside || Place.isAtomic(schema, form)) {
      JsonNode winner = config != null ? config : live;
      return winner == null ? null : winner.deepCopy();
    }
    return form == Form.LIST
        ? mergeElements(schema, Place.elements(live), Place.elements(config))
        : mergeEntries(schema, Place.entries(live), Place.entries(config));
  }

  private static @Nullable JsonNode mergeEntries(
      Schema schema, ObjectNode live, ObjectNode config) {
    ObjectNode merged = Json.object();
    Set<String> names = new LinkedHashSet<>();
    live.fieldNames().forEachRemaining(names::add);
    config.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      JsonNode entry = merge(Place.field(schema, name), live.get(name), config.get(name));
      if (entry != null) {
        merged.set(name, entry);
      }
    }
    return merged.isEmpty() ? null : merged;
  }

  private static @Nullable JsonNode mergeElements(Schema schema, ArrayNode live, ArrayNode config) {
    ArrayNode merged = new ElementMerge(schema, live, config).merge();
    return merged.isEmpty() ? null : merged;
  }

  /**
   * Elements that both have come in the order of the configuration. Elements that only the live
   * object has keep their place before what followed them.
   */
  private static final class ElementMerge {
    private final Schema element;
    private final ArrayNode live;
    private final ArrayNode config;
    private final List<Step> liveSteps;
    private final List<Step> configSteps;
    private final Map<Step, JsonNode> liveValues = new HashMap<>();
    private final Set<Step> done = new HashSet<>();
    private final Deque<Step> shared = new ArrayDeque<>();
    private final ArrayNode out = Json.array();
    private int nextLive;
    private int nextConfig;

    ElementMerge(Schema schema, ArrayNode live, ArrayNode config) {
      this.element = schema.element();
      this.live = live;
      this.config = config;
      this.configSteps = Place.steps(schema, config);
      this.liveSteps = Place.steps(schema, live);
      for (int i = 0; i < live.size(); i++) {
        // What is there twice is not merged with what comes.
        liveValues.merge(liveSteps.get(i), live.get(i), (one, two) -> NullNode.getInstance());
      }
      Set<Step> unique = new HashSet<>();
      for (Step step : configSteps) {
        if (!unique.add(step)) {
          throw new NonconformingException("duplicate entries for key " + step);
        }
        if (liveValues.containsKey(step)) {
          shared.add(step);
        }
      }
    }

    ArrayNode merge() {
      Set<Step> configured = new HashSet<>(configSteps);
      while (nextLive < live.size() || nextConfig < config.size()) {
        if (nextLive == live.size()) {
          takeConfigured();
          continue;
        }
        Step step = liveSteps.get(nextLive);
        if (!configured.contains(step)) {
          append(Merge.merge(element, live.get(nextLive++), null));
        } else if (nextConfig < config.size() && step.equals(configSteps.get(nextConfig))) {
          nextLive++;
          takeConfigured();
        } else if (nextConfig < config.size() && isOutOfTurn(step)) {
          nextLive++;
        } else {
          nextLive += done.contains(step) ? 1 : 0;
          if (nextConfig < config.size()) {
            takeConfigured();
          }
        }
      }
      return out;
    }

    /** The configuration wants another shared element first; this one comes with it later. */
    private boolean isOutOfTurn(Step step) {
      return !shared.isEmpty() && !shared.peek().equals(step);
    }

    private void takeConfigured() {
      Step step = configSteps.get(nextConfig);
      done.add(step);
      append(Merge.merge(element, liveValues.get(step), config.get(nextConfig++)));
      if (step.equals(shared.peek())) {
        shared.remove();
      }
    }

    private void append(@Nullable JsonNode value) {
      if (value != null) {
        out.add(value);
      }
    }
  }
}
