package io.github.kruiseinstaller.testkit.internal.kind;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The schemas of all built-in kinds, each made when it is first asked for. */
final class BuiltinSchemas {
  private static final String OBJECT_META = "meta.v1.ObjectMeta";

  private final FieldTable table = FieldTable.read();
  private final Map<String, Map<String, Schema>> structs = new ConcurrentHashMap<>();
  private final Map<GoType, BuiltinSchema> elements = new ConcurrentHashMap<>();

  /** The schema of a struct of the table, such as {@code core.v1.Pod}. */
  Optional<Schema> struct(String name) {
    return table.has(name) ? Optional.of(of(FieldFacts.of(GoType.parse(name)))) : Optional.empty();
  }

  /** The schema of {@code metadata}, the same for all kinds. */
  Schema objectMeta() {
    return struct(OBJECT_META).orElseThrow();
  }

  private BuiltinSchema of(FieldFacts facts) {
    String struct = facts.type().struct();
    return new BuiltinSchema(this, facts, struct != null && table.atomic(struct));
  }

  /** The schema of what a list or map holds. */
  BuiltinSchema element(GoType type) {
    return elements.computeIfAbsent(type, each -> of(FieldFacts.of(each)));
  }

  /** The fields of a struct. */
  Map<String, Schema> fields(String struct) {
    return structs.computeIfAbsent(
        struct,
        name -> {
          Map<String, Schema> fields = new LinkedHashMap<>();
          table.fields(name).forEach((field, facts) -> fields.put(field, of(facts)));
          return java.util.Collections.unmodifiableMap(fields);
        });
  }
}
