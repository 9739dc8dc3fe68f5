package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What may stand at a place in an object of a built-in kind; in addition, how Go sees it. */
public final class BuiltinSchema implements Schema {
  private final FieldFacts facts;
  private final boolean atomicStruct;
  private final Lazy<Map<String, Schema>> fields;
  private final Lazy<Schema> element;

  BuiltinSchema(BuiltinSchemas all, FieldFacts facts, boolean atomicStruct) {
    this.facts = facts;
    this.atomicStruct = atomicStruct;
    String struct = facts.type().struct();
    GoType element = facts.type().element();
    this.fields = new Lazy<>(() -> struct == null ? Map.of() : all.fields(struct));
    this.element = new Lazy<>(() -> element == null ? Schema.any() : all.element(element));
  }

  /** What the field table says. */
  FieldFacts facts() {
    return facts;
  }

  /** The type in the API server. */
  GoType go() {
    return facts.type();
  }

  /**
   * The name of a struct such as {@code core.v1.PodSpec}; empty for what is none.
   *
   * @return the API's package, its version, the name
   */
  public Optional<String> struct() {
    return Optional.ofNullable(go().struct());
  }

  /** Whether it is a struct that writers own as a whole wherever it is. */
  public boolean isAtomicStruct() {
    return atomicStruct;
  }

  /** What the API says of a map or object at this place only: atomic, granular, or nothing. */
  public String mapType() {
    return facts.marks().contains("granular")
        ? "granular"
        : facts.marks().contains("atomic") ? "atomic" : "";
  }

  /** Whether it is a number with a unit. */
  public boolean isQuantity() {
    return go().shape() == GoType.Shape.QUANTITY;
  }

  /** Whether it is a time to the microsecond. */
  public boolean isMicroTime() {
    return go().shape() == GoType.Shape.MICRO_TIME;
  }

  /** The {@code format} in OpenAPI documents, such as {@code int32}; empty for none. */
  public String format() {
    return switch (go().shape()) {
      case INT32 -> "int32";
      case INT64 -> "int64";
      case FLOAT -> "double";
      case BYTES -> "byte";
      case TIME, MICRO_TIME -> "date-time";
      case INT_OR_STRING -> "int-or-string";
      default -> "";
    };
  }

  @Override
  public Type type() {
    return switch (go().shape()) {
      case STRUCT -> Type.OBJECT;
      case MAP -> Type.MAP;
      case SLICE -> Type.LIST;
      case STRING, BYTES, TIME, MICRO_TIME -> Type.STRING;
      case INT32, INT64 -> Type.INTEGER;
      case FLOAT -> Type.NUMBER;
      case BOOL -> Type.BOOLEAN;
      case INT_OR_STRING, QUANTITY -> Type.INT_OR_STRING;
      case ANY -> Type.ANY;
    };
  }

  @Override
  public Optional<Schema> field(String name) {
    return Optional.ofNullable(fields().get(name));
  }

  @Override
  public Map<String, Schema> fields() {
    return fields.get();
  }

  @Override
  public Schema element() {
    return element.get();
  }

  @Override
  public Sharing sharing() {
    if (type() == Type.LIST) {
      if (!keys().isEmpty()) {
        return Sharing.KEYED;
      }
      return facts.marks().contains("set") ? Sharing.SET : Sharing.ATOMIC;
    }
    boolean atomic = atomicStruct && !facts.marks().contains("granular");
    return atomic || facts.marks().contains("atomic") ? Sharing.ATOMIC : Sharing.KEYED;
  }

  @Override
  public List<String> keys() {
    return facts.keys();
  }

  @Override
  public Optional<String> mergeKey() {
    return Optional.ofNullable(facts.mergeKey());
  }

  @Override
  public boolean mergesScalars() {
    return facts.marks().contains("merge");
  }

  @Override
  public boolean retainsKeys() {
    return facts.marks().contains("retain");
  }

  @Override
  public boolean replaced() {
    return facts.marks().contains("replace");
  }

  @Override
  public boolean keepsUnknown() {
    return type() == Type.ANY;
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public List<String> required() {
    return fields().entrySet().stream()
        .filter(field -> ((BuiltinSchema) field.getValue()).facts.marks().contains("req"))
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public Optional<JsonNode> defaultValue() {
    return Optional.ofNullable(facts.defaultValue()).map(JsonNode::deepCopy);
  }

  @Override
  public boolean embeddedResource() {
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BuiltinSchema that && facts.equals(that.facts);
  }

  @Override
  public int hashCode() {
    return Objects.hash(facts);
  }

  @Override
  public String toString() {
    return facts.toString();
  }
}
