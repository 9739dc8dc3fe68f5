package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * From the body of a request to an object of a kind, as the API server decodes it: values of wrong
 * types are refused, unknown fields go and are told of. {@link #normalize} afterwards, when
 * defaults are in, gives the form that is stored and answered. Thread-safe.
 */
public final class ObjectDecoder {
  private final Kinds kinds;

  /** Decodes objects of these kinds. */
  public ObjectDecoder(Kinds kinds) {
    this.kinds = kinds;
  }

  /**
   * What is wanted of unknown and duplicate fields.
   *
   * @param fieldValidation {@code Strict}, {@code Warn} or {@code Ignore}; empty is Warn
   * @param warnings gets what goes into Warning headers
   */
  public record Strictness(String fieldValidation, List<String> warnings) {
    boolean strict() {
      return fieldValidation.equals("Strict");
    }

    /** Warns of what was found, unless nobody wants to know. */
    public void warn(List<String> found) {
      if (!fieldValidation.equals("Ignore")) {
        found.stream().flatMap(Strictness::warningsIn).forEach(warnings::add);
      }
    }

    /** YAML's reader says all in one text, a line each. */
    private static java.util.stream.Stream<String> warningsIn(String text) {
      int lines = text.indexOf("unmarshal errors:\n");
      return lines < 0
          ? java.util.stream.Stream.of(text)
          : text.substring(lines + "unmarshal errors:\n".length()).lines().map(String::strip);
    }
  }

  /**
   * Decodes the body of a POST or PUT.
   *
   * @param body JSON, or YAML when the content type says so
   * @param contentType of the request
   * @param resource at whose path it came
   * @param strictness what to do about unknown fields
   * @throws StatusException 400
   */
  public ObjectNode decode(
      byte[] body, String contentType, Resource resource, Strictness strictness) {
    return decode(
        body, contentType, new Expected(resource.apiVersion(), resource.kind()), strictness);
  }

  /**
   * What a body must hold.
   *
   * @param apiVersion such as {@code policy/v1}
   * @param kind such as {@code Eviction}
   */
  public record Expected(String apiVersion, String kind) {}

  /**
   * Decodes a body of any kind that {@link Kinds#schema} knows, such as an Eviction or a Scale.
   *
   * @throws StatusException 400
   */
  public ObjectNode decode(
      byte[] body, String contentType, Expected expected, Strictness strictness) {
    ParsedBody parsed = parse(body, contentType, expected);
    ObjectNode object = object(parsed, body, expected);
    List<String> found = new java.util.ArrayList<>(parsed.duplicates());
    try {
      found.addAll(fit(object, expected));
    } catch (GoReader.TypeMismatch e) {
      throw cannotHandle(object, expected, String.valueOf(e.getMessage()));
    }
    if (strictness.strict() && !found.isEmpty()) {
      throw cannotHandle(object, expected, "strict decoding error: " + String.join(", ", found));
    }
    strictness.warn(found);
    checkVersion(object, expected);
    checkCustomKind(object, expected);
    return object;
  }

  private boolean isCustom(Expected expected) {
    return kinds.kind(expected.apiVersion(), expected.kind()).filter(Resource::custom).isPresent();
  }

  /** Of a custom object the server looks at the kind only when it validates. */
  private void checkCustomKind(ObjectNode object, Expected expected) {
    String kind = Nodes.textOrEmpty(object, "kind");
    if (isCustom(expected) && !kind.equals(expected.kind())) {
      FieldErrors errors = new FieldErrors();
      errors.invalid("kind", kind, "must be " + expected.kind());
      throw Statuses.invalid(
          group(expected.apiVersion()), kind, Nodes.name(object), errors.causes());
    }
  }

  /**
   * Fits a tree to the kind that it says it is of, in place; for what a patch made.
   *
   * @return what strict decoding has against it, such as {@code unknown field "spec.foo"}
   * @throws IllegalArgumentException for a value of a wrong type, with Go's words
   */
  public List<String> coerce(ObjectNode object) {
    return coerce(expected(object), object);
  }

  /**
   * Fits a tree to a kind, in place; for what a patch made.
   *
   * @param resource of which it must be
   * @return what strict decoding has against it, such as {@code unknown field "spec.foo"}
   * @throws IllegalArgumentException when it is of another kind, or for a value of a wrong type,
   *     with Go's words
   */
  public List<String> coerce(Resource resource, ObjectNode object) {
    Expected expected = new Expected(resource.apiVersion(), resource.kind());
    if (!resource.custom()) {
      otherKind(object, expected)
          .ifPresent(
              why -> {
                throw new IllegalArgumentException(why);
              });
    }
    return coerce(expected, object);
  }

  /**
   * Reads what an apply made of an object into the types of a built-in kind, in place. Custom kinds
   * have none.
   *
   * @param object one that conforms to the schema
   * @throws IllegalArgumentException for a value that its type cannot hold, with Go's words
   */
  public void coerceApplied(Resource resource, ObjectNode object) {
    if (resource.schema() instanceof BuiltinSchema schema) {
      try {
        GoReader.ofTree().read(object, schema, "");
      } catch (GoReader.TypeMismatch e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
  }

  /**
   * Takes out of a custom object what the schema does not know, in place, and says nothing of it;
   * metadata stays as it is. Built-in kinds stay too.
   */
  public void prune(Resource resource, ObjectNode object) {
    if (resource.schema() instanceof CrdSchema schema) {
      SchemaPruner.strip(object, schema);
      SortedKeys.everywhere(object);
    }
  }

  private List<String> coerce(Expected expected, ObjectNode object) {
    try {
      return fit(object, expected);
    } catch (GoReader.TypeMismatch e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Brings an object, with its defaults, into the form in which the API server writes it. */
  public void normalize(ObjectNode object) {
    Schema schema = schema(expected(object));
    if (schema instanceof BuiltinSchema builtin) {
      GoWriter.write(object, builtin);
    } else if (schema.field("metadata").orElse(null) instanceof BuiltinSchema metadata
        && object.get("metadata") instanceof ObjectNode there) {
      GoWriter.write(there, metadata);
    }
    if (schema instanceof CrdSchema) {
      SortedKeys.everywhere(object);
    }
  }

  private static Expected expected(ObjectNode object) {
    return new Expected(Nodes.textOrEmpty(object, "apiVersion"), Nodes.textOrEmpty(object, "kind"));
  }

  private Schema schema(Expected expected) {
    return kinds.schema(expected.apiVersion(), expected.kind()).orElseGet(Schema::any);
  }

  private List<String> fit(ObjectNode object, Expected expected) {
    Schema schema = schema(expected);
    if (schema instanceof BuiltinSchema builtin) {
      return new GoReader().read(object, builtin, "");
    }
    if (schema instanceof CrdSchema custom) {
      List<String> found = new SchemaPruner().prune(object, custom);
      SortedKeys.everywhere(object);
      return found;
    }
    return List.of();
  }

  private static ParsedBody parse(byte[] body, String contentType, Expected expected) {
    try {
      return ParsedBody.of(body, contentType);
    } catch (IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage());
      boolean yaml = contentType.contains("yaml");
      throw unrecognized(
          body, expected, yaml ? why : "couldn't get version/kind; json parse error: " + why);
    }
  }

  private ObjectNode object(ParsedBody parsed, byte[] body, Expected expected) {
    boolean custom = isCustom(expected);
    // To a built-in kind, null is an empty object.
    JsonNode tree = parsed.tree().isNull() && !custom ? Json.object() : parsed.tree();
    if (!(tree instanceof ObjectNode object)) {
      throw unrecognized(body, expected, notAnObject(tree));
    }
    for (String field : List.of("apiVersion", "kind")) {
      JsonNode value = object.path(field);
      if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
        throw unrecognized(body, expected, typeMeta(value, "." + field, "string"));
      }
    }
    if (custom && Nodes.textOrEmpty(object, "kind").isEmpty()) {
      throw unrecognized(
          body,
          expected,
          "Object 'Kind' is missing in '" + new String(body, StandardCharsets.UTF_8) + "'");
    }
    if (!custom) {
      fillTypeMeta(object, expected);
      checkKind(object, expected);
    }
    return object;
  }

  /** A built-in kind need not say what it is; the path does. */
  private static void fillTypeMeta(ObjectNode object, Expected expected) {
    if (Nodes.textOrEmpty(object, "kind").isEmpty()) {
      object.put("kind", expected.kind());
    }
    if (Nodes.textOrEmpty(object, "apiVersion").isEmpty()) {
      object.put("apiVersion", expected.apiVersion());
    }
  }

  private void checkKind(ObjectNode object, Expected expected) {
    otherKind(object, expected)
        .ifPresent(
            why -> {
              throw cannotHandle(object, expected, why);
            });
  }

  private Optional<String> otherKind(ObjectNode object, Expected expected) {
    String apiVersion = Nodes.textOrEmpty(object, "apiVersion");
    String kind = Nodes.textOrEmpty(object, "kind");
    if (kinds.schema(apiVersion, kind).filter(BuiltinSchema.class::isInstance).isEmpty()) {
      return Optional.of(unregistered(apiVersion, kind));
    }
    if (kind.equals(expected.kind()) && group(apiVersion).equals(group(expected.apiVersion()))) {
      return Optional.empty();
    }
    String from = version(apiVersion) + "." + kind;
    String to = GoTypes.internal(expected.apiVersion()) + "." + expected.kind();
    return Optional.of("converting (" + from + ") to (" + to + "): unknown conversion");
  }

  private static String unregistered(String apiVersion, String kind) {
    return "no kind \""
        + kind
        + "\" is registered for version \""
        + apiVersion
        + "\" in scheme \"pkg/runtime/scheme.go:110\"";
  }

  private static void checkVersion(ObjectNode object, Expected expected) {
    String apiVersion = Nodes.textOrEmpty(object, "apiVersion");
    if (!apiVersion.equals(expected.apiVersion())) {
      throw Statuses.badRequest(
          "the API version in the data ("
              + apiVersion
              + ") does not match the expected API version ("
              + expected.apiVersion()
              + ")");
    }
  }

  private static String notAnObject(JsonNode tree) {
    if (tree.isNull()) {
      return "Object 'Kind' is missing in 'null'";
    }
    return typeMeta(tree, "", GoTypes.TYPE_META);
  }

  private static String typeMeta(JsonNode value, String field, String type) {
    String what =
        value.isNumber()
            ? "number"
            : value.isBoolean()
                ? "bool"
                : value.isArray() ? "array" : value.isObject() ? "object" : "string";
    return "couldn't get version/kind; json parse error: json: cannot unmarshal "
        + what
        + (field.isEmpty() ? " into Go value" : " into Go struct field " + field)
        + " of type "
        + type;
  }

  private static StatusException unrecognized(byte[] body, Expected expected, String why) {
    return Statuses.badRequest(
        "the object provided is unrecognized (must be of type "
            + expected.kind()
            + "): "
            + why
            + " ("
            + summary(body)
            + ")");
  }

  private static String summary(byte[] body) {
    if (body.length == 0) {
      return "<empty>";
    }
    int length = Math.min(body.length, 30);
    String start =
        body[0] == '{'
            ? new String(body, 0, length, StandardCharsets.UTF_8)
            : HexFormat.of().formatHex(body, 0, length);
    return body.length > length ? start + " ..." : start;
  }

  private static StatusException cannotHandle(ObjectNode object, Expected expected, String why) {
    return Statuses.badRequest(
        Nodes.textOrEmpty(object, "kind")
            + " in version \""
            + version(Nodes.textOrEmpty(object, "apiVersion"))
            + "\" cannot be handled as a "
            + expected.kind()
            + ": "
            + why);
  }

  private static String version(String apiVersion) {
    return apiVersion.substring(apiVersion.indexOf('/') + 1);
  }

  private static String group(String apiVersion) {
    return apiVersion.substring(0, Math.max(0, apiVersion.indexOf('/')));
  }
}
