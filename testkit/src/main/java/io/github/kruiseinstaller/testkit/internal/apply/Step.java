package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One step from a value to a value inside it. Ordered as the API server orders them: fields, then
 * keys, then values, then indexes. {@code toString} is how conflicts print it, {@link #encoded} how
 * managedFields do.
 */
sealed interface Step extends Comparable<Step> {
  /** A field of an object or a key of a map. */
  record Field(String name) implements Step {
    @Override
    public String encoded() {
      return "f:" + name;
    }

    @Override
    public String toString() {
      return "." + name;
    }
  }

  /** The element of a keyed list whose keys have these values. */
  record Key(SortedMap<String, JsonNode> values) implements Step {
    /** Copies and sorts the keys. */
    Key(Map<String, JsonNode> values) {
      this((SortedMap<String, JsonNode>) new TreeMap<>(values));
    }

    @Override
    public String encoded() {
      ObjectNode keys = Json.object();
      values.forEach(keys::set);
      return "k:" + Values.encoded(keys);
    }

    @Override
    public String toString() {
      return values.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + Values.printed(entry.getValue()))
          .collect(Collectors.joining(",", "[", "]"));
    }
  }

  /** The element of a set. */
  record Value(JsonNode value) implements Step {
    @Override
    public String encoded() {
      return "v:" + Values.encoded(value);
    }

    @Override
    public String toString() {
      return "[=" + Values.printed(value) + "]";
    }
  }

  /** The element of any other list. */
  record Index(int position) implements Step {
    @Override
    public String encoded() {
      return "i:" + position;
    }

    @Override
    public String toString() {
      return "[" + position + "]";
    }
  }

  /** As a key of {@code fieldsV1}. */
  String encoded();

  /**
   * A key of {@code fieldsV1}; empty for a sort of step that is not known.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Optional<Step> decoded(String text) {
    if (text.length() < 2) {
      throw new IllegalArgumentException("key must be 2 characters long:");
    }
    if (text.charAt(1) != ':') {
      throw new IllegalArgumentException("missing colon: " + text);
    }
    String rest = text.substring(2);
    return switch (text.charAt(0)) {
      case 'f' -> Optional.of(new Field(rest));
      case 'v' -> Optional.of(new Value(Values.decoded(rest)));
      case 'i' -> Optional.of(new Index(Integer.parseInt(rest)));
      case 'k' -> {
        Map<String, JsonNode> values = new TreeMap<>();
        Values.decoded(rest)
            .properties()
            .forEach(entry -> values.put(entry.getKey(), entry.getValue()));
        yield Optional.of(new Key(values));
      }
      default -> Optional.empty();
    };
  }

  @Override
  default int compareTo(Step other) {
    if (this instanceof Field one && other instanceof Field two) {
      return one.name.compareTo(two.name);
    }
    if (this instanceof Key one && other instanceof Key two) {
      return compare(one.values, two.values);
    }
    if (this instanceof Value one && other instanceof Value two) {
      return Values.compare(one.value, two.value);
    }
    if (this instanceof Index one && other instanceof Index two) {
      return Integer.compare(one.position, two.position);
    }
    return Integer.compare(rank(this), rank(other));
  }

  private static int rank(Step step) {
    return step instanceof Field ? 0 : step instanceof Key ? 1 : step instanceof Value ? 2 : 3;
  }

  private static int compare(SortedMap<String, JsonNode> one, SortedMap<String, JsonNode> two) {
    Iterator<Map.Entry<String, JsonNode>> ones = one.entrySet().iterator();
    Iterator<Map.Entry<String, JsonNode>> twos = two.entrySet().iterator();
    while (ones.hasNext() && twos.hasNext()) {
      Map.Entry<String, JsonNode> left = ones.next();
      Map.Entry<String, JsonNode> right = twos.next();
      int byName = left.getKey().compareTo(right.getKey());
      int order = byName != 0 ? byName : Values.compare(left.getValue(), right.getValue());
      if (order != 0) {
        return order;
      }
    }
    return Boolean.compare(ones.hasNext(), twos.hasNext());
  }
}
