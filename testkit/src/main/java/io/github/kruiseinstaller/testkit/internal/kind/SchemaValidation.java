package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Values of custom objects against their OpenAPI schema, in the words of the API server. */
final class SchemaValidation {
  private static final String NOWHERE = "<nil>";
  private static final Set<String> TYPE_META = Set.of("apiVersion", "kind");

  private SchemaValidation() {}

  /** Everything that is wrong with a value. */
  static FieldErrors validate(JsonNode value, JsonNode schema) {
    FieldErrors errors = new FieldErrors();
    check(errors, "", value, schema, null);
    return errors;
  }

  /** What is wrong with a value in the place of another, but for what was there before. */
  static FieldErrors validateUpdate(JsonNode value, JsonNode before, JsonNode schema) {
    FieldErrors errors = validate(value, schema);
    if (errors.isEmpty()) {
      return errors;
    }
    FieldErrors news = new FieldErrors();
    checkChange(news, "", value, schema, new Correlation(value, before, schema));
    return news;
  }

  private static void checkChange(
      FieldErrors errors,
      String path,
      JsonNode value,
      JsonNode schema,
      @Nullable Correlation before) {
    FieldErrors found = new FieldErrors();
    check(found, path, value, schema, before);
    if (!found.isEmpty() && (before == null || !before.isSame())) {
      errors.addAll(found);
    }
  }

  private static void check(
      FieldErrors errors,
      String path,
      JsonNode value,
      JsonNode schema,
      @Nullable Correlation before) {
    boolean typed = type(errors, path, value, schema);
    if (value.isNull()) {
      return;
    }
    combinations(errors, path, value, schema, before);
    if (typed && value.isTextual()) {
      text(errors, path, value, schema);
    } else if (typed && value.isNumber()) {
      number(errors, path, value, schema);
    } else if (value.isArray()) {
      list(errors, path, value, schema, before);
    }
    enumeration(errors, path, value, schema);
    if (value instanceof ObjectNode object) {
      object(errors, path, object, schema, before);
    }
  }

  private static String at(String path) {
    return path.isEmpty() ? NOWHERE : path;
  }

  private static boolean type(FieldErrors errors, String path, JsonNode value, JsonNode schema) {
    boolean either = schema.path("x-kubernetes-int-or-string").asBoolean();
    String wanted = either ? "integer,string" : Nodes.textOrEmpty(schema, "type");
    if (wanted.isEmpty()) {
      return true;
    }
    String actual = typeOf(value);
    boolean fits =
        actual.equals("null")
            ? schema.path("nullable").asBoolean()
            : List.of(wanted.split(",", -1)).contains(actual)
                || (wanted.equals("number") && actual.equals("integer"));
    if (!fits) {
      errors.wrongType(
          at(path),
          actual,
          path + " in body must be of type " + wanted + ": " + FieldErrors.quote(actual));
    }
    return fits;
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case NUMBER -> isWhole(value) ? "integer" : "number";
      default -> "null";
    };
  }

  private static boolean isWhole(JsonNode value) {
    return value.isIntegralNumber() || value.decimalValue().stripTrailingZeros().scale() <= 0;
  }

  private static void text(FieldErrors errors, String path, JsonNode value, JsonNode schema) {
    String text = value.textValue();
    long length = text.codePointCount(0, text.length());
    if (schema.has("maxLength") && length > schema.path("maxLength").asLong()) {
      errors.tooLong(at(path), schema.path("maxLength").asLong());
    }
    if (schema.has("minLength") && length < schema.path("minLength").asLong()) {
      String least = schema.path("minLength").asText();
      errors.invalid(
          at(path), value, path + " in body should be at least " + least + " chars long");
    }
    String pattern = Nodes.textOrEmpty(schema, "pattern");
    if (!pattern.isEmpty() && !Pattern.compile(pattern).matcher(text).find()) {
      errors.invalid(at(path), value, path + " in body should match '" + pattern + "'");
    }
    if (Nodes.textOrEmpty(schema, "format").equals("date-time") && !isDateTime(text)) {
      errors.wrongType(
          at(path), text, path + " in body must be of type date-time: " + FieldErrors.quote(text));
    }
  }

  private static boolean isDateTime(String text) {
    try {
      OffsetDateTime.parse(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static void number(FieldErrors errors, String path, JsonNode value, JsonNode schema) {
    BigDecimal number = value.decimalValue();
    JsonNode factor = schema.path("multipleOf");
    if (factor.isNumber() && number.remainder(factor.decimalValue()).signum() != 0) {
      errors.invalid(at(path), value, path + " in body should be a multiple of " + factor.asText());
    }
    JsonNode maximum = schema.path("maximum");
    boolean below = schema.path("exclusiveMaximum").asBoolean();
    if (maximum.isNumber() && number.compareTo(maximum.decimalValue()) >= (below ? 0 : 1)) {
      errors.invalid(at(path), value, bound(path, "less", below, maximum));
    }
    JsonNode minimum = schema.path("minimum");
    boolean above = schema.path("exclusiveMinimum").asBoolean();
    if (minimum.isNumber() && minimum.decimalValue().compareTo(number) >= (above ? 0 : 1)) {
      errors.invalid(at(path), value, bound(path, "greater", above, minimum));
    }
  }

  private static String bound(String path, String than, boolean exclusive, JsonNode limit) {
    return path
        + " in body should be "
        + than
        + " than "
        + (exclusive ? "" : "or equal to ")
        + limit.asText();
  }

  private static void list(
      FieldErrors errors,
      String path,
      JsonNode list,
      JsonNode schema,
      @Nullable Correlation before) {
    JsonNode items = schema.path("items");
    List<Optional<Correlation>> elements = before == null ? List.of() : before.elements();
    for (int i = 0; i < list.size(); i++) {
      Correlation then = elements.isEmpty() ? null : elements.get(i).orElse(null);
      checkChange(errors, path + "[" + i + "]", list.get(i), items, then);
    }
    if (schema.has("minItems") && list.size() < schema.path("minItems").asLong()) {
      errors.invalid(
          at(path),
          Json.of((long) list.size()),
          path + " in body should have at least " + schema.path("minItems").asText() + " items");
    }
    if (schema.has("maxItems") && list.size() > schema.path("maxItems").asLong()) {
      errors.tooMany(at(path), list.size(), schema.path("maxItems").asLong());
    }
    Set<JsonNode> unique = new HashSet<>();
    list.forEach(unique::add);
    if (schema.path("uniqueItems").asBoolean() && unique.size() < list.size()) {
      errors.invalid(at(path), "", path + " in body shouldn't contain duplicates");
    }
  }

  private static void enumeration(
      FieldErrors errors, String path, JsonNode value, JsonNode schema) {
    List<JsonNode> allowed = Nodes.list(schema, "enum");
    if (!allowed.isEmpty() && !allowed.contains(value)) {
      List<String> texts =
          allowed.stream().map(one -> one.isTextual() ? one.asText() : one.toString()).toList();
      errors.unsupported(at(path), value, texts);
    }
  }

  private static void object(
      FieldErrors errors,
      String path,
      ObjectNode object,
      JsonNode schema,
      @Nullable Correlation before) {
    if (schema.has("minProperties") && object.size() < schema.path("minProperties").asLong()) {
      errors.invalid(
          at(path),
          Json.of((long) object.size()),
          path
              + " in body should have at least "
              + schema.path("minProperties").asText()
              + " properties");
    }
    if (schema.has("maxProperties") && object.size() > schema.path("maxProperties").asLong()) {
      errors.tooMany(at(path), object.size(), schema.path("maxProperties").asLong());
    }
    JsonNode properties = schema.path("properties");
    JsonNode additional = schema.path("additionalProperties");
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode below = properties.path(field.getKey());
      if (below.isMissingNode() && additional.isObject()) {
        below = additional;
      }
      if (below.isObject()) {
        // What kind it is of has no earlier value: both are in the version of the request.
        boolean typeMeta = path.isEmpty() && TYPE_META.contains(field.getKey());
        Correlation then =
            before == null || typeMeta ? null : before.field(field.getKey()).orElse(null);
        checkChange(errors, below(path, field.getKey()), field.getValue(), below, then);
      }
    }
    for (JsonNode name : Nodes.list(schema, "required")) {
      if (!object.has(name.asText())) {
        errors.required(below(path, name.asText()));
      }
    }
  }

  private static String below(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static void combinations(
      FieldErrors errors,
      String path,
      JsonNode value,
      JsonNode schema,
      @Nullable Correlation before) {
    List<FieldErrors> any = results(path, value, Nodes.list(schema, "anyOf"), before);
    if (!any.isEmpty() && any.stream().noneMatch(FieldErrors::isEmpty)) {
      errors.invalid(NOWHERE, "", quoted(path) + " must validate at least one schema (anyOf)");
      errors.addAll(any.get(0));
    }
    List<FieldErrors> one = results(path, value, Nodes.list(schema, "oneOf"), before);
    long valid = one.stream().filter(FieldErrors::isEmpty).count();
    if (!one.isEmpty() && valid != 1) {
      errors.invalid(
          NOWHERE,
          "",
          quoted(path)
              + " must validate one and only one schema (oneOf). "
              + (valid == 0 ? "Found none valid" : "Found " + valid + " valid alternatives"));
      if (valid == 0) {
        errors.addAll(one.get(0));
      }
    }
    List<FieldErrors> all = results(path, value, Nodes.list(schema, "allOf"), before);
    all.forEach(errors::addAll);
    if (all.stream().anyMatch(result -> !result.isEmpty())) {
      String none = all.stream().noneMatch(FieldErrors::isEmpty) ? ". None validated" : "";
      errors.invalid(NOWHERE, "", quoted(path) + " must validate all the schemas (allOf)" + none);
    }
    JsonNode not = schema.path("not");
    if (not.isObject()) {
      FieldErrors found = new FieldErrors();
      check(found, path, value, not, before);
      if (found.isEmpty()) {
        errors.invalid(NOWHERE, "", quoted(path) + " must not validate the schema (not)");
      }
    }
  }

  private static List<FieldErrors> results(
      String path, JsonNode value, List<JsonNode> schemas, @Nullable Correlation before) {
    List<FieldErrors> results = new ArrayList<>();
    for (JsonNode one : schemas) {
      FieldErrors found = new FieldErrors();
      check(found, path, value, one, before);
      results.add(found);
    }
    return results;
  }

  private static String quoted(String path) {
    return FieldErrors.quote(path);
  }

  /** Elements of keyed lists and of sets are there once. */
  static void uniqueElements(FieldErrors errors, String path, JsonNode value, Schema schema) {
    if (value.isArray()) {
      Set<JsonNode> seen = new HashSet<>();
      for (int i = 0; i < value.size(); i++) {
        String at = path + "[" + i + "]";
        JsonNode element = value.get(i);
        JsonNode key = schema.sharing() == Schema.Sharing.KEYED ? keyOf(element, schema) : element;
        if (schema.sharing() != Schema.Sharing.ATOMIC && !seen.add(key)) {
          errors.duplicate(at, key);
        }
        uniqueElements(errors, at, element, schema.element());
      }
    } else if (value.isObject()) {
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        String name = field.getKey();
        if (schema.type() == Schema.Type.MAP) {
          uniqueElements(errors, path + "[" + name + "]", field.getValue(), schema.element());
        } else if (schema.field(name).orElse(null) instanceof CrdSchema custom) {
          uniqueElements(errors, below(path, name), field.getValue(), custom);
        }
      }
    }
  }

  private static ObjectNode keyOf(JsonNode element, Schema list) {
    ObjectNode key = Json.object();
    for (String name : list.keys()) {
      if (element.has(name)) {
        key.set(name, element.get(name));
      }
    }
    return key;
  }
}
