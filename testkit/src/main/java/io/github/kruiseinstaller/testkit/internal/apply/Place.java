package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.kind.Schema.Sharing;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a schema means for ownership at one place. */
final class Place {
  /** How a value is walked. */
  enum Form {
    /** Entry by entry. */
    MAP,
    /** Element by element. */
    LIST,
    /** Not at all. */
    SCALAR
  }

  private Place() {}

  /** How a value is walked here; null is walked as a map where anything may stand. */
  static Form form(Schema schema, @Nullable JsonNode value) {
    return switch (schema.type()) {
      case OBJECT, MAP -> Form.MAP;
      case LIST -> Form.LIST;
      case ANY ->
          value == null || value.isNull() || value.isObject()
              ? Form.MAP
              : value.isArray() ? Form.LIST : Form.SCALAR;
      default -> Form.SCALAR;
    };
  }

  /** Whether what stands here, walked so, is owned as a whole. */
  static boolean isAtomic(Schema schema, Form form) {
    return switch (form) {
      case SCALAR -> true;
      case MAP -> schema.sharing() == Sharing.ATOMIC;
      case LIST ->
          schema.type() != Schema.Type.LIST
              || schema.sharing() == Sharing.ATOMIC
              || (schema.sharing() == Sharing.KEYED && schema.keys().isEmpty());
    };
  }

  /** Whether what stands here is owned as a whole, whatever it is. */
  static boolean isOwnedWhole(Schema schema) {
    return switch (schema.type()) {
      case OBJECT, MAP -> isAtomic(schema, Form.MAP);
      case LIST -> isAtomic(schema, Form.LIST);
      default -> false;
    };
  }

  /** Whether a step leads to a field that an object has by its type, unlike a map's entry. */
  static boolean declares(Schema schema, Step step) {
    return step instanceof Step.Field field && declares(schema, field.name());
  }

  /** Whether a field is one that an object has by its type. */
  static boolean declares(Schema schema, String field) {
    return schema.type() == Schema.Type.OBJECT && schema.fields().containsKey(field);
  }

  /** Whether an object may have fields beyond those of its type. */
  static boolean isOpen(Schema schema) {
    return schema.type() != Schema.Type.OBJECT
        || schema.keepsUnknown()
        || schema.fields().isEmpty();
  }

  /** The schema one step down. */
  static Schema below(Schema schema, Step step) {
    return step instanceof Step.Field field ? field(schema, field.name()) : schema.element();
  }

  /** The schema of an entry. */
  static Schema field(Schema schema, String name) {
    return switch (schema.type()) {
      case OBJECT -> schema.field(name).orElse(Schema.any());
      case MAP -> schema.element();
      // Below what is atomic nothing is asked for; below what is not, anything may stand.
      default -> Schema.any();
    };
  }

  /** The schema of the elements of a list. */
  static Schema elementOf(Schema schema) {
    return schema.type() == Schema.Type.LIST ? schema.element() : Schema.any();
  }

  /** A value as an object; empty when it is none. */
  static ObjectNode entries(@Nullable JsonNode value) {
    return value instanceof ObjectNode object ? object : Json.object();
  }

  /** A value as a list; empty when it is none. */
  static ArrayNode elements(@Nullable JsonNode value) {
    return value instanceof ArrayNode list ? list : Json.array();
  }

  /** The steps to the elements of a list that is not atomic, in order. */
  static List<Step> steps(Schema list, JsonNode elements) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      try {
        steps.add(step(list, elements.get(i)));
      } catch (NonconformingException e) {
        throw e.at("element " + i);
      }
    }
    return steps;
  }

  /**
   * The step to an element of a list that is not atomic.
   *
   * @throws NonconformingException when the element cannot be told apart from others
   */
  static Step step(Schema list, JsonNode element) {
    return list.sharing() == Sharing.SET ? valueStep(element) : keyStep(list, element);
  }

  private static Step valueStep(JsonNode element) {
    return switch (element.getNodeType()) {
      case OBJECT ->
          throw new NonconformingException(
              "associative list without keys has an element that's a map type");
      case ARRAY ->
          throw new NonconformingException(
              "not supported: associative list with lists as elements");
      case NULL ->
          throw new NonconformingException(
              "associative list without keys has an element that's an explicit null");
      default -> new Step.Value(element);
    };
  }

  private static Step keyStep(Schema list, JsonNode element) {
    if (!element.isObject()) {
      throw new NonconformingException(
          element.isNull()
              ? "associative list with keys may not have a null element"
              : "associative list with keys may not have non-map elements");
    }
    Map<String, JsonNode> keys = new TreeMap<>();
    for (String key : list.keys()) {
      JsonNode value = element.get(key);
      if (value != null) {
        keys.put(key, value);
      } else {
        list.element()
            .field(key)
            .flatMap(Schema::defaultValue)
            .ifPresent(byDefault -> keys.put(key, byDefault));
      }
    }
    if (keys.isEmpty()) {
      throw new NonconformingException(
          "associative list with keys has an element that omits all key fields "
              + list.keys().stream().collect(Collectors.joining("\" \"", "[\"", "\"]"))
              + " (and doesn't have default values for any key fields)");
    }
    return new Step.Key(keys);
  }
}
