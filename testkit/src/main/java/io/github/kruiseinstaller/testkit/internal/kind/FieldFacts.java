package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the field table says about one field.
 *
 * @param type in the API server
 * @param keys what tells elements of a list apart under server-side apply; empty: nothing
 * @param mergeKey what tells them apart in a strategic merge patch, or null
 * @param marks the facts without a value, as they stand in the table
 * @param defaultValue of the OpenAPI document, or null
 */
record FieldFacts(
    GoType type,
    List<String> keys,
    @Nullable String mergeKey,
    Set<String> marks,
    @Nullable JsonNode defaultValue) {
  /** Of a place that the table says nothing about. */
  static FieldFacts of(GoType type) {
    return new FieldFacts(type, List.of(), null, Set.of(), null);
  }

  /** Reads a line of the table, split at spaces: the name, the type, the facts. */
  static FieldFacts parse(String[] words) {
    List<String> keys = List.of();
    String mergeKey = null;
    JsonNode defaultValue = null;
    java.util.HashSet<String> marks = new java.util.HashSet<>();
    for (int i = 2; i < words.length; i++) {
      String word = words[i];
      if (word.startsWith("keys=")) {
        keys = List.of(word.substring(5).split(",", -1));
      } else if (word.startsWith("merge=")) {
        mergeKey = word.substring(6);
      } else if (word.startsWith("def=")) {
        defaultValue = Json.parse(word.substring(4).getBytes(StandardCharsets.UTF_8));
      } else {
        marks.add(word);
      }
    }
    return new FieldFacts(GoType.parse(words[1]), keys, mergeKey, Set.copyOf(marks), defaultValue);
  }

  /** Whether the API server writes it even when it is empty. */
  boolean always() {
    return marks.contains("!");
  }

  /** Whether the API server leaves it out when it is zero, even a struct. */
  boolean omitsZero() {
    return marks.contains("~");
  }
}
