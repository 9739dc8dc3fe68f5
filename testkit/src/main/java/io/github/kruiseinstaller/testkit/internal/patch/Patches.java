package io.github.kruiseinstaller.testkit.internal.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Details;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** PATCH with any format but apply. */
public final class Patches {
  private static final int MAX_OPERATIONS = 10_000;
  private static final Set<String> OPERATION_FIELDS = Set.of("op", "path", "from", "value");

  private Patches() {}

  /**
   * Patches an object.
   *
   * @param type any but {@link PatchType#APPLY}
   * @param schema of the object
   * @param object in the version of the request; not changed
   * @param patch the request's body
   * @param fieldValidation {@code Strict}, {@code Warn} or {@code Ignore}: whether to look for
   *     strict errors at all
   * @throws StatusException 400, 413, 422 or 500 as the API server words it
   */
  public static Patched patch(
      PatchType type, Schema schema, ObjectNode object, byte[] patch, String fieldValidation) {
    boolean strict = !fieldValidation.equals("Ignore");
    return switch (type) {
      case JSON -> json(object, patch, strict);
      case MERGE -> merge(GoOrder.of(schema, object), patch, strict);
      case STRATEGIC -> strategic(schema, object, patch, strict);
      case APPLY -> throw new IllegalArgumentException("apply is no patch of this sort");
    };
  }

  private static Patched json(ObjectNode object, byte[] body, boolean strict) {
    JsonNode operations = parse(body, strict ? "error decoding patch: " : "");
    if (!operations.isArray()) {
      throw Statuses.badRequest(
          strict
              ? cannotDecode(operations, "[]handlers.jsonPatchOp")
              : "json: cannot unmarshal "
                  + jsonType(operations)
                  + " into Go value of type jsonpatch.Patch");
    }
    if (operations.size() > MAX_OPERATIONS) {
      throw new StatusException(
          413,
          "RequestEntityTooLarge",
          "Request entity too large: The allowed maximum operations in a JSON patch is "
              + MAX_OPERATIONS
              + ", got "
              + operations.size(),
          null);
    }
    JsonNode patched;
    try {
      patched = JsonPatch.apply(object, operations);
    } catch (JsonPatchException e) {
      throw unprocessable();
    }
    return result(patched, strict ? strictErrors(body, operations) : List.of());
  }

  private static List<String> strictErrors(byte[] body, JsonNode operations) {
    List<String> errors = new ArrayList<>();
    StrictJson.duplicates(body).forEach(error -> errors.add("json patch " + error));
    for (int i = 0; i < operations.size(); i++) {
      String prefix = "json patch unknown field \"[" + i + "].";
      operations
          .get(i)
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (!OPERATION_FIELDS.contains(name)) {
                  errors.add(prefix + name + "\"");
                }
              });
    }
    return errors;
  }

  private static Patched merge(ObjectNode object, byte[] body, boolean strict) {
    if (!strict) {
      JsonNode patch = parse(body, null);
      if (!patch.isObject()) {
        throw Statuses.badRequest("Invalid JSON Patch");
      }
      return result(MergePatch.apply(object, (ObjectNode) patch), List.of());
    }
    JsonNode patch = parse(body, "error decoding patch: ");
    if (patch.isNull()) {
      throw Statuses.badRequest("Invalid JSON Patch");
    }
    if (!patch.isObject()) {
      throw Statuses.badRequest(cannotDecode(patch, "map[string]interface {}"));
    }
    return result(MergePatch.apply(object, (ObjectNode) patch), StrictJson.duplicates(body));
  }

  private static Patched strategic(Schema schema, ObjectNode object, byte[] body, boolean strict) {
    JsonNode patch = parse(body, "");
    if (!patch.isObject() && !patch.isNull()) {
      throw Statuses.badRequest(
          "json: cannot unmarshal "
              + jsonType(patch)
              + " into Go value of type map[string]interface {}");
    }
    ObjectNode map = patch instanceof ObjectNode given ? given : Json.object();
    ObjectNode patched = StrategicPatch.apply(schema, object, map);
    // The API server reads the result into the type that it has: what it says it is does not count.
    for (String field : List.of("apiVersion", "kind")) {
      if (object.has(field)) {
        patched.set(field, object.get(field));
      }
    }
    JsonNode spec = patched.path("spec");
    boolean struct = schema.field("spec").filter(it -> it.type() == Schema.Type.OBJECT).isPresent();
    if (struct && spec.isArray()) {
      throw new Patched(patched, GoText.plain(map), List.of())
          .undecodable("cannot restore struct from: slice");
    }
    return new Patched(
        patched, GoText.plain(map), strict ? StrictJson.duplicates(body) : List.of());
  }

  private static Patched result(JsonNode patched, List<String> strictErrors) {
    String quoted = Json.compact(patched);
    if (patched instanceof ObjectNode object) {
      return new Patched(object, quoted, strictErrors);
    }
    throw new Patched(Json.object(), quoted, List.of())
        .undecodable(
            "json: cannot unmarshal "
                + jsonType(patched)
                + " into Go value of type map[string]"
                + "interface {}");
  }

  /** Parses; {@code prefix} comes before the complaint, null for the API server's shortest one. */
  private static JsonNode parse(byte[] body, @Nullable String prefix) {
    try {
      JsonNode tree = Json.parse(body);
      if (tree.isMissingNode()) {
        throw new IllegalArgumentException("unexpected end of JSON input");
      }
      return tree;
    } catch (IllegalArgumentException e) {
      throw Statuses.badRequest(
          prefix == null ? "Invalid JSON Patch" : prefix + StrictJson.syntaxError(body));
    }
  }

  private static String cannotDecode(JsonNode value, String type) {
    return "error decoding patch: json: cannot unmarshal "
        + jsonType(value)
        + " into Go value of type "
        + type;
  }

  private static String jsonType(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "bool";
      default -> "null";
    };
  }

  /** 422 that does not say why: that the API server keeps for itself. */
  static StatusException unprocessable() {
    return new StatusException(
        422,
        "Invalid",
        "the server rejected our request due to an error in our request",
        new Details("", "", "", "", List.of(), 0));
  }
}
