package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object into the types of a built-in kind, in place: unknown fields and nulls go, values
 * take their canonical form, and the first value of a wrong type is refused with Go's words.
 */
final class GoReader {
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

  private static final Pattern TO_THE_SECOND =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(.*)");

  private static final Pattern SIX_DIGITS = Pattern.compile("\\.\\d{6}");

  private final boolean ofTree;
  private final List<String> unknown = new ArrayList<>();
  private final List<String> fields = new ArrayList<>();
  private String struct = "";

  /** Reads what came as text, as the body of a request does. */
  GoReader() {
    this(false);
  }

  private GoReader(boolean ofTree) {
    this.ofTree = ofTree;
  }

  /**
   * Reads what the API server has as a tree, as after an apply: numbers have been floats, of which
   * a whole one becomes an integer, and values of a wrong type are refused in other words.
   */
  static GoReader ofTree() {
    return new GoReader(true);
  }

  /** A value of a wrong type. */
  static final class TypeMismatch extends RuntimeException {
    private static final long serialVersionUID = 1;

    TypeMismatch(String message) {
      super(message);
    }
  }

  /**
   * Reads the object.
   *
   * @param path where it stands, for the messages; empty for a whole object
   * @return what strict decoding has against it
   * @throws TypeMismatch for the first value of a wrong type
   */
  List<String> read(ObjectNode object, BuiltinSchema schema, String path) {
    if (schema.go().shape() == GoType.Shape.STRUCT) {
      struct(object, schema, path);
    }
    return unknown;
  }

  private void struct(ObjectNode object, BuiltinSchema schema, String path) {
    Map<String, Schema> known = schema.fields();
    String outer = struct;
    List<String> gone = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String name = entry.getKey();
      String below = path.isEmpty() ? name : path + "." + name;
      if (!(known.get(name) instanceof BuiltinSchema field)) {
        unknown.add("unknown field \"" + below + "\"");
        gone.add(name);
      } else if (entry.getValue().isNull() && field.go().shape() != GoType.Shape.ANY) {
        gone.add(name);
      } else {
        struct = simple(schema.go().text());
        fields.add(name);
        entry.setValue(value(entry.getValue(), field, below));
        fields.remove(fields.size() - 1);
      }
    }
    struct = outer;
    object.remove(gone);
  }

  private static String simple(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  private JsonNode value(JsonNode value, BuiltinSchema schema, String path) {
    GoType type = schema.go();
    switch (type.shape()) {
      case STRUCT -> struct(expect(value, ObjectNode.class, type), schema, path);
      case MAP -> map(expect(value, ObjectNode.class, type), schema, path);
      case SLICE -> slice(expect(value, ArrayNode.class, type), schema, path);
      default -> {
        return scalar(value, type);
      }
    }
    return value;
  }

  private <T extends JsonNode> T expect(JsonNode value, Class<T> json, GoType type) {
    if (!json.isInstance(value)) {
      throw mismatch(value, type);
    }
    return json.cast(value);
  }

  private void map(ObjectNode map, BuiltinSchema schema, String path) {
    BuiltinSchema element = (BuiltinSchema) schema.element();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      if (entry.getValue().isNull()) {
        @Nullable JsonNode zero = GoWriter.zero(element.go());
        if (zero != null) {
          entry.setValue(zero);
        }
      } else {
        entry.setValue(value(entry.getValue(), element, path + "." + entry.getKey()));
      }
    }
  }

  private void slice(ArrayNode slice, BuiltinSchema schema, String path) {
    BuiltinSchema element = (BuiltinSchema) schema.element();
    for (int i = 0; i < slice.size(); i++) {
      JsonNode item = slice.get(i);
      @Nullable JsonNode zero = item.isNull() ? GoWriter.zero(element.go()) : null;
      if (zero != null) {
        slice.set(i, zero);
      } else if (!item.isNull()) {
        slice.set(i, value(item, element, path + "[" + i + "]"));
      }
    }
  }

  private JsonNode scalar(JsonNode read, GoType type) {
    JsonNode value = ofTree && read.isNumber() ? number(read, type.shape()) : read;
    boolean fits =
        switch (type.shape()) {
          case STRING, BYTES, TIME, MICRO_TIME -> value.isTextual();
          case BOOL -> value.isBoolean();
          case FLOAT -> value.isNumber();
          case INT32 -> value.isIntegralNumber() && value.canConvertToInt();
          case INT64 -> value.isIntegralNumber() && value.canConvertToLong();
          case INT_OR_STRING -> value.isTextual() || value.isIntegralNumber();
          case QUANTITY -> value.isTextual() || value.isNumber();
          default -> true;
        };
    if (!fits) {
      if (ofTree && value.isNumber() && isInteger(type.shape())) {
        throw new TypeMismatch("cannot convert float64 to " + type.text());
      }
      throw type.shape() == GoType.Shape.INT_OR_STRING
          ? mismatch(value, GoType.parse("int32"))
          : mismatch(value, type);
    }
    return switch (type.shape()) {
      case BYTES -> base64(value);
      case TIME -> time(value, false);
      case MICRO_TIME -> time(value, true);
      case QUANTITY -> Quantities.canonical(value);
      default -> value;
    };
  }

  private static boolean isInteger(GoType.Shape shape) {
    return shape == GoType.Shape.INT32 || shape == GoType.Shape.INT64;
  }

  /** A whole number as an integer, of which a field of 32 bits keeps the lower half. */
  private static JsonNode number(JsonNode value, GoType.Shape shape) {
    boolean integer = isInteger(shape) || shape == GoType.Shape.INT_OR_STRING;
    if (!integer || (!value.isIntegralNumber() && !isWhole(value))) {
      return value;
    }
    if (shape == GoType.Shape.INT32 && !value.canConvertToInt()) {
      return Json.of((long) value.intValue());
    }
    return value.isIntegralNumber() ? value : Json.of(value.longValue());
  }

  private static boolean isWhole(JsonNode value) {
    return value.decimalValue().stripTrailingZeros().scale() <= 0;
  }

  private JsonNode base64(JsonNode value) {
    String text = value.textValue().replace("\n", "").replace("\r", "");
    try {
      return Json.text(Base64.getEncoder().encodeToString(Base64.getDecoder().decode(text)));
    } catch (IllegalArgumentException e) {
      String why = "illegal base64 data at input byte " + firstIllegal(text);
      throw new TypeMismatch(ofTree ? "error decoding from json: " + why : why);
    }
  }

  private static int firstIllegal(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean legal = (c < 128 && Character.isLetterOrDigit(c)) || c == '+' || c == '/';
      if (!legal) {
        return i;
      }
    }
    return text.length() / 4 * 4;
  }

  private static JsonNode time(JsonNode value, boolean micros) {
    String text = value.textValue();
    String layout = micros ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00";
    Matcher split = TO_THE_SECOND.matcher(text);
    if (micros && split.matches()) {
      checkMicros(text, layout, split.group(1));
    }
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant();
      return Json.text(
          micros
              ? MICROS.format(instant.atOffset(ZoneOffset.UTC))
              : instant.truncatedTo(ChronoUnit.SECONDS).toString());
    } catch (DateTimeParseException e) {
      throw unparsed(text, layout, text, "2006");
    }
  }

  /** Go takes six digits, no more and no fewer. */
  private static void checkMicros(String text, String layout, String rest) {
    if (!SIX_DIGITS.matcher(rest).lookingAt()) {
      throw unparsed(text, layout, rest, ".000000");
    }
    String zone = rest.substring(".000000".length());
    if (!zone.isEmpty() && Character.isDigit(zone.charAt(0))) {
      throw unparsed(text, layout, zone, "Z07:00");
    }
  }

  private static TypeMismatch unparsed(String text, String layout, String part, String as) {
    return new TypeMismatch(
        "parsing time \"%s\" as \"%s\": cannot parse \"%s\" as \"%s\""
            .formatted(text, layout, part, as));
  }

  private TypeMismatch mismatch(JsonNode value, GoType type) {
    String into = ofTree ? "" : String.join(".", fields);
    return new TypeMismatch(
        "json: cannot unmarshal "
            + described(value, type)
            + (into.isEmpty() ? " into Go value" : " into Go struct field " + struct + "." + into)
            + " of type "
            + type.text());
  }

  private static String described(JsonNode value, GoType type) {
    if (value.isNumber()) {
      boolean number =
          switch (type.shape()) {
            case INT32, INT64, FLOAT -> true;
            default -> false;
          };
      return number ? "number " + value.asText() : "number";
    }
    return value.isTextual()
        ? "string"
        : value.isBoolean() ? "bool" : value.isArray() ? "array" : "object";
  }
}
