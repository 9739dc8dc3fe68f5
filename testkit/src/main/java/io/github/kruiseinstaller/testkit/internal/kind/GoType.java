package io.github.kruiseinstaller.testkit.internal.kind;

import org.jspecify.annotations.Nullable;

/**
 * The type that a field of a built-in kind has in the API server, which shows in its error messages
 * and in what it leaves out when it writes.
 *
 * @param shape what sort of type
 * @param pointer whether absent and zero are told apart
 * @param text as Go's errors print it, without the pointer
 * @param struct its name in the field table, for a STRUCT
 * @param element of a SLICE or MAP
 */
record GoType(
    Shape shape, boolean pointer, String text, @Nullable String struct, @Nullable GoType element) {
  /** Sorts of types. */
  enum Shape {
    /** Fields. */
    STRUCT,
    /** Texts to values. */
    MAP,
    /** Values. */
    SLICE,
    /** A text. */
    STRING,
    /** 32 bits. */
    INT32,
    /** 64 bits. */
    INT64,
    /** A truth value. */
    BOOL,
    /** A number. */
    FLOAT,
    /** Base64 in JSON. */
    BYTES,
    /** To the second. */
    TIME,
    /** To the microsecond. */
    MICRO_TIME,
    /** A number with a unit. */
    QUANTITY,
    /** A whole number or a text. */
    INT_OR_STRING,
    /** Any JSON. */
    ANY
  }

  /** Reads the notation of the field table. */
  static GoType parse(String notation) {
    if (notation.startsWith("*")) {
      GoType pointed = parse(notation.substring(1));
      return new GoType(pointed.shape, true, pointed.text, pointed.struct, pointed.element);
    }
    if (notation.startsWith("[]")) {
      GoType element = parse(notation.substring(2));
      return new GoType(Shape.SLICE, false, "[]" + element.text, null, element);
    }
    if (notation.startsWith("map:")) {
      GoType element = parse(notation.substring(4));
      // Amounts of resources are the one map that has a name of its own.
      String text =
          element.shape == Shape.QUANTITY ? "v1.ResourceList" : "map[string]" + element.text;
      return new GoType(Shape.MAP, false, text, null, element);
    }
    int named = notation.indexOf('=');
    if (named > 0) {
      GoType plain = parse(notation.substring(0, named));
      String name = notation.substring(named + 1);
      return new GoType(plain.shape, plain.pointer, name, plain.struct, plain.element);
    }
    return plain(notation);
  }

  private static GoType plain(String notation) {
    return switch (notation) {
      case "string" -> new GoType(Shape.STRING, false, notation, null, null);
      case "int32", "uint8" -> new GoType(Shape.INT32, false, notation, null, null);
      case "int64", "int" -> new GoType(Shape.INT64, false, notation, null, null);
      case "bool" -> new GoType(Shape.BOOL, false, notation, null, null);
      case "float64" -> new GoType(Shape.FLOAT, false, notation, null, null);
      case "bytes" -> new GoType(Shape.BYTES, false, "[]uint8", null, null);
      case "time" -> new GoType(Shape.TIME, false, "v1.Time", null, null);
      case "microtime" -> new GoType(Shape.MICRO_TIME, false, "v1.MicroTime", null, null);
      case "quantity" -> new GoType(Shape.QUANTITY, false, "resource.Quantity", null, null);
      case "intorstring" ->
          new GoType(Shape.INT_OR_STRING, false, "intstr.IntOrString", null, null);
      case "any" -> new GoType(Shape.ANY, false, "interface {}", null, null);
      default -> {
        String version = notation.substring(notation.indexOf('.') + 1);
        yield new GoType(Shape.STRUCT, false, version, notation, null);
      }
    };
  }
}
