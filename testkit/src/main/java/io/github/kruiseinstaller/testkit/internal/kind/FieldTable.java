package io.github.kruiseinstaller.testkit.internal.kind;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The table of the fields of all built-in kinds, {@code fields.txt}. */
final class FieldTable {
  private final Map<String, List<String>> fieldLines;
  private final Map<String, Boolean> atomic;

  private FieldTable(Map<String, List<String>> fieldLines, Map<String, Boolean> atomic) {
    this.fieldLines = fieldLines;
    this.atomic = atomic;
  }

  /** Reads the table. */
  static FieldTable read() {
    Map<String, List<String>> fields = new HashMap<>();
    Map<String, Boolean> atomic = new HashMap<>();
    List<String> current = new ArrayList<>();
    for (String line : lines("fields.txt")) {
      if (line.startsWith(" ")) {
        current.add(line);
      } else {
        String[] words = line.split(" ", -1);
        current = new ArrayList<>();
        fields.put(words[0], current);
        atomic.put(words[0], words.length > 1);
      }
    }
    return new FieldTable(fields, atomic);
  }

  /** The lines of a table that lies beside this class, without comments. */
  static List<String> lines(String table) {
    try (InputStream in = Objects.requireNonNull(FieldTable.class.getResourceAsStream(table));
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.startsWith("#")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether there is such a struct. */
  boolean has(String struct) {
    return fieldLines.containsKey(struct);
  }

  /** The names of all structs. */
  Iterable<String> structs() {
    return fieldLines.keySet();
  }

  /** Whether writers own such a struct as a whole. */
  boolean atomic(String struct) {
    return atomic.getOrDefault(struct, false);
  }

  /** The fields of a struct, in the order of the table. */
  Map<String, FieldFacts> fields(String struct) {
    Map<String, FieldFacts> fields = new LinkedHashMap<>();
    for (String line : fieldLines.getOrDefault(struct, List.of())) {
      String[] words = line.substring(1).split(" ", -1);
      fields.put(words[0], FieldFacts.parse(words));
    }
    return fields;
  }
}
