package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.patch.GoText;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** JSON values as field ownership sees them: ordered, and equal when the numbers are. */
final class Values {
  private Values() {}

  /** Whether two values mean the same; 1 is 1.0, the order of keys does not count. */
  static boolean equal(JsonNode one, JsonNode two) {
    return one.equals(
        (left, right) ->
            left.isNumber() && right.isNumber()
                ? left.decimalValue().compareTo(right.decimalValue())
                : left.equals(right) ? 0 : 1,
        two);
  }

  /** Numbers, then texts, truth values, lists, maps, null. */
  static int compare(JsonNode one, JsonNode two) {
    int byRank = Integer.compare(rank(one), rank(two));
    if (byRank != 0) {
      return byRank;
    }
    return switch (one.getNodeType()) {
      case NUMBER -> one.decimalValue().compareTo(two.decimalValue());
      case STRING -> one.textValue().compareTo(two.textValue());
      case BOOLEAN -> Boolean.compare(one.booleanValue(), two.booleanValue());
      case ARRAY -> compareLists(one, two);
      case OBJECT -> encoded(sorted(one)).compareTo(encoded(sorted(two)));
      default -> 0;
    };
  }

  private static int rank(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> 0;
      case STRING -> 1;
      case BOOLEAN -> 2;
      case ARRAY -> 3;
      case OBJECT -> 4;
      default -> 5;
    };
  }

  private static int compareLists(JsonNode one, JsonNode two) {
    for (int i = 0; i < Math.min(one.size(), two.size()); i++) {
      int order = compare(one.get(i), two.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.size(), two.size());
  }

  private static JsonNode sorted(JsonNode object) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    object.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return Json.objectOf(sorted);
  }

  /** As a conflict's path prints it. */
  static String printed(JsonNode value) {
    if (value.isTextual()) {
      return GoText.quote(value.textValue());
    }
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(Values::printed)
          .collect(Collectors.joining(",", "[", "]"));
    }
    if (value.isObject()) {
      return value.properties().stream()
          .map(entry -> entry.getKey() + "=" + printed(entry.getValue()))
          .collect(Collectors.joining());
    }
    return value.asText();
  }

  /** As JSON inside a key of fieldsV1: what HTML would mistake for markup is escaped. */
  static String encoded(JsonNode value) {
    return Json.compact(value)
        .replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e");
  }

  /** The opposite. */
  static JsonNode decoded(String json) {
    return Json.parse(json.getBytes(StandardCharsets.UTF_8));
  }
}
