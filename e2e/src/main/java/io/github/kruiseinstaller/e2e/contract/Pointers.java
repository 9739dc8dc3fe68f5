package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON pointers; {@code *} stands for every element of a list, or every field. */
final class Pointers {
  private Pointers() {}

  /** The text, number or boolean at a pointer as text, or null. */
  static @Nullable String text(JsonElement tree, String pointer) {
    JsonElement found = find(tree, pointer);
    return found != null && found.isJsonPrimitive() ? found.getAsString() : null;
  }

  /** What is at a pointer, or null. */
  static @Nullable JsonElement find(JsonElement tree, String pointer) {
    JsonElement at = tree;
    for (String part : parts(pointer)) {
      JsonElement next = null;
      if (at.isJsonObject()) {
        next = at.getAsJsonObject().get(part);
      } else if (at.isJsonArray() && part.matches("\\d+")) {
        int index = Integer.parseInt(part);
        next = index < at.getAsJsonArray().size() ? at.getAsJsonArray().get(index) : null;
      }
      if (next == null) {
        return null;
      }
      at = next;
    }
    return at;
  }

  /** A copy with nothing but what is at the pointers; all of it when there are none. */
  static JsonElement keep(JsonElement tree, List<String> pointers) {
    if (pointers.isEmpty() || !tree.isJsonObject()) {
      return tree;
    }
    List<List<String>> paths = pointers.stream().map(Pointers::parts).toList();
    JsonElement kept = keepPaths(tree, paths);
    return kept == null ? new JsonObject() : kept;
  }

  private static @Nullable JsonElement keepPaths(JsonElement tree, List<List<String>> paths) {
    if (paths.isEmpty()) {
      return null;
    }
    if (paths.stream().anyMatch(List::isEmpty)) {
      return tree;
    }
    if (tree.isJsonObject()) {
      JsonObject kept = new JsonObject();
      tree.getAsJsonObject()
          .entrySet()
          .forEach(
              field -> {
                JsonElement value = keepPaths(field.getValue(), below(paths, field.getKey()));
                if (value != null) {
                  kept.add(field.getKey(), value);
                }
              });
      return kept.isEmpty() ? null : kept;
    }
    if (tree.isJsonArray()) {
      JsonArray kept = new JsonArray();
      for (int i = 0; i < tree.getAsJsonArray().size(); i++) {
        JsonElement value =
            keepPaths(tree.getAsJsonArray().get(i), below(paths, Integer.toString(i)));
        if (value != null) {
          kept.add(value);
        }
      }
      return kept.isEmpty() && !tree.getAsJsonArray().isEmpty() ? null : kept;
    }
    return null;
  }

  /** Removes what is at the pointers. */
  static void drop(JsonElement tree, List<String> pointers) {
    pointers.forEach(pointer -> dropPath(tree, parts(pointer)));
  }

  private static void dropPath(JsonElement tree, List<String> path) {
    String first = path.get(0);
    List<String> rest = path.subList(1, path.size());
    if (tree.isJsonArray()) {
      tree.getAsJsonArray().forEach(item -> dropPath(item, first.equals("*") ? rest : path));
    } else if (tree.isJsonObject()) {
      JsonObject object = tree.getAsJsonObject();
      if (rest.isEmpty()) {
        object.remove(first);
      } else {
        JsonElement next = object.get(first);
        if (next != null) {
          dropPath(next, rest);
        }
      }
    }
  }

  private static List<List<String>> below(List<List<String>> paths, String key) {
    return paths.stream()
        .filter(path -> path.get(0).equals(key) || path.get(0).equals("*"))
        .map(path -> path.subList(1, path.size()))
        .toList();
  }

  private static List<String> parts(String pointer) {
    return List.of(pointer.substring(1).split("/", -1)).stream()
        .map(part -> part.replace("~1", "/").replace("~0", "~"))
        .toList();
  }
}
