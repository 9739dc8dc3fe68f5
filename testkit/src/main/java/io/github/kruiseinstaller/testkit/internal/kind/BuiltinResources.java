package io.github.kruiseinstaller.testkit.internal.kind;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The resources that every cluster serves, from {@code resources.txt}. */
final class BuiltinResources {
  /** All verbs of a stored resource. */
  static final Set<String> VERBS =
      Set.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  private BuiltinResources() {}

  /**
   * Reads the table.
   *
   * @param schemas where the schemas come from
   * @param storageHashes gets the storage version hash of each stored resource, by its path
   */
  static List<Resource> read(BuiltinSchemas schemas, Map<String, String> storageHashes) {
    List<Resource> resources = new ArrayList<>();
    String apiVersion = "";
    for (String line : FieldTable.lines("resources.txt")) {
      if (line.startsWith(" ")) {
        String[] words = line.substring(1).split(" ", -1);
        resources.add(resource(apiVersion, words, schemas));
        storageHashes.put(apiVersion + " " + words[1], words[7].equals("-") ? "" : words[7]);
      } else {
        apiVersion = line;
      }
    }
    return resources;
  }

  private static Resource resource(String apiVersion, String[] words, BuiltinSchemas schemas) {
    int slash = apiVersion.indexOf('/');
    String kind = words[0];
    return new Resource(
        slash < 0 ? "" : apiVersion.substring(0, slash),
        apiVersion.substring(slash + 1),
        kind,
        words[1],
        kind.toLowerCase(Locale.ROOT),
        words[2].equals("N"),
        split(words[3]),
        split(words[4]),
        words[5].equals("*") ? VERBS : Set.copyOf(split(words[5])),
        Set.copyOf(split(words[6])),
        schemas.struct(struct(apiVersion, kind)).orElseThrow(),
        false);
  }

  private static List<String> split(String words) {
    return words.equals("-") ? List.of() : List.of(words.split(",", -1));
  }

  /** The name of a kind in the field table: {@code apps/v1} and Deployment: apps.v1.Deployment. */
  static String struct(String apiVersion, String kind) {
    int slash = apiVersion.indexOf('/');
    if (slash < 0) {
      return "core." + apiVersion + "." + kind;
    }
    String group = apiVersion.substring(0, slash);
    int dot = group.indexOf('.');
    return (dot < 0 ? group : group.substring(0, dot))
        + "."
        + apiVersion.substring(slash + 1)
        + "."
        + kind;
  }
}
