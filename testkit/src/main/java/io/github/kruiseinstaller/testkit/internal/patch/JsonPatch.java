package io.github.kruiseinstaller.testkit.internal.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6902 as the API server understands it, which is a little more than the RFC: {@code replace}
 * of a field that is not there adds it, and a negative index counts from the end of a list. Used
 * for PATCH and for the answers of mutating webhooks.
 */
public final class JsonPatch {
  private JsonNode document;

  private JsonPatch(JsonNode document) {
    this.document = document;
  }

  /**
   * Patches a copy.
   *
   * @param operations a list of operations
   * @throws JsonPatchException when one of them cannot be done; {@code document} is as it was
   */
  public static JsonNode apply(JsonNode document, JsonNode operations) {
    JsonPatch patch = new JsonPatch(document.deepCopy());
    operations.forEach(patch::run);
    return patch.document;
  }

  private void run(JsonNode operation) {
    JsonNode op = operation.path("op");
    String kind = op.isTextual() ? op.textValue() : "unknown";
    switch (kind) {
      case "add" -> add(operation);
      case "remove" -> remove(operation);
      case "replace" -> replace(operation);
      case "move" -> move(operation);
      case "copy" -> copy(operation);
      case "test" -> test(operation);
      default -> throw new JsonPatchException("Unexpected kind: " + kind);
    }
  }

  private void add(JsonNode operation) {
    String path = path(operation, "add operation failed to decode path");
    Target target =
        find(path, "add operation does not apply: doc is missing path: " + GoText.quote(path));
    trying("error in add for path: '" + path + "'", () -> target.add(value(operation)));
  }

  private void remove(JsonNode operation) {
    String path = path(operation, "remove operation failed to decode path");
    Target target =
        find(path, "remove operation does not apply: doc is missing path: " + GoText.quote(path));
    trying("error in remove for path: '" + path + "'", target::remove);
  }

  private void replace(JsonNode operation) {
    String path =
        path(operation, "replace operation failed to decode path: operation missing path field");
    if (path.isEmpty()) {
      if (!value(operation).isContainerNode()) {
        throw new JsonPatchException("replace operation value must be object or array");
      }
      document = value(operation);
      return;
    }
    Target target = find(path, "replace operation does not apply: doc is missing path: " + path);
    try {
      target.get();
    } catch (JsonPatchException e) {
      throw new JsonPatchException(
          "replace operation does not apply: doc is missing key: " + path + ": missing value");
    }
    target.set(value(operation));
  }

  private void move(JsonNode operation) {
    Target from = from(operation, "move");
    String error = "error in move for path: '" + from.key + "'";
    JsonNode value = trying(error, from::get);
    trying(error, from::remove);
    String path =
        path(operation, "move operation failed to decode path: operation missing path field");
    Target target =
        find(path, "move operation does not apply: doc is missing destination path: " + path);
    trying(
        "error in move for path: '" + path + "'",
        () -> target.add(value == null ? NullNode.getInstance() : value));
  }

  private void copy(JsonNode operation) {
    Target from = from(operation, "copy");
    JsonNode value = trying("error in copy for from: '" + from.key + "'", from::get);
    String path = path(operation, "copy operation failed to decode path");
    Target target =
        find(path, "copy operation does not apply: doc is missing destination path: " + path);
    trying(
        "error while adding value during copy",
        () -> target.add(value == null ? NullNode.getInstance() : value.deepCopy()));
  }

  private void test(JsonNode operation) {
    String path =
        path(operation, "test operation failed to decode path: operation missing path field");
    JsonNode there = document;
    if (!path.isEmpty()) {
      Target target = find(path, "test operation does not apply: is missing path: " + path);
      there = trying("error in test for path: '" + path + "'", target::get);
    }
    JsonNode actual = there == null ? NullNode.getInstance() : there;
    if (!actual.equals(value(operation))) {
      throw new JsonPatchException("testing value " + path + " failed: test failed");
    }
  }

  private static JsonNode value(JsonNode operation) {
    JsonNode value = operation.get("value");
    return value == null ? NullNode.getInstance() : value.deepCopy();
  }

  private static String path(JsonNode operation, String otherwise) {
    JsonNode path = operation.path("path");
    if (!path.isTextual()) {
      throw new JsonPatchException(otherwise + ": missing value");
    }
    return path.textValue();
  }

  private Target from(JsonNode operation, String kind) {
    JsonNode from = operation.path("from");
    if (!from.isTextual()) {
      throw new JsonPatchException(
          kind + " operation failed to decode from: operation, missing from field: missing value");
    }
    return find(
        from.textValue(),
        kind + " operation does not apply: doc is missing from path: " + from.textValue());
  }

  private Target find(String pointer, String otherwise) {
    List<String> parts = Arrays.asList(pointer.split("/", -1));
    JsonNode place = parts.size() < 2 ? null : document;
    for (int i = 1; place != null && i < parts.size() - 1; i++) {
      try {
        place = new Target(place, unescaped(parts.get(i))).get();
      } catch (JsonPatchException e) {
        place = null;
      }
    }
    if (place == null || !place.isContainerNode()) {
      throw new JsonPatchException(otherwise + ": missing value");
    }
    return new Target(place, unescaped(parts.get(parts.size() - 1)));
  }

  private static String unescaped(String part) {
    return part.replace("~1", "/").replace("~0", "~");
  }

  private static void trying(String what, Runnable action) {
    trying(
        what,
        () -> {
          action.run();
          return null;
        });
  }

  private interface Attempt {
    @Nullable JsonNode run();
  }

  private static @Nullable JsonNode trying(String what, Attempt attempt) {
    try {
      return attempt.run();
    } catch (JsonPatchException e) {
      throw e.in(what);
    }
  }

  /** A place inside an object or a list, there or not. */
  private record Target(JsonNode parent, String key) {
    @Nullable JsonNode get() {
      return parent instanceof ArrayNode list
          ? list.get(index(list, list.size()))
          : parent.get(key);
    }

    void set(JsonNode value) {
      if (parent instanceof ArrayNode list) {
        list.set(index(list, list.size()), value);
      } else {
        ((ObjectNode) parent).set(key, value);
      }
    }

    void add(JsonNode value) {
      if (parent instanceof ArrayNode list) {
        list.insert(key.equals("-") ? list.size() : index(list, list.size() + 1), value);
      } else {
        ((ObjectNode) parent).set(key, value);
      }
    }

    void remove() {
      if (parent instanceof ArrayNode list) {
        list.remove(index(list, list.size()));
      } else if (((ObjectNode) parent).remove(key) == null) {
        throw new JsonPatchException(
            "Unable to remove nonexistent key: " + key + ": missing value");
      }
    }

    private int index(ArrayNode list, int end) {
      int index;
      try {
        index = Integer.parseInt(key);
      } catch (NumberFormatException e) {
        String why = "strconv.Atoi: parsing " + GoText.quote(key) + ": invalid syntax";
        throw new JsonPatchException(
            end > list.size() ? "value was not a proper array index: '" + key + "': " + why : why);
      }
      if (index >= end || index < -end) {
        throw new JsonPatchException(
            "Unable to access invalid index: " + index + ": invalid index referenced");
      }
      return index < 0 ? index + end : index;
    }
  }
}
