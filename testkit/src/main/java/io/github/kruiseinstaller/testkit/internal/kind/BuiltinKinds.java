package io.github.kruiseinstaller.testkit.internal.kind;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What every cluster serves, whoever else is in it.
 *
 * @param schemas of structs
 * @param resources all, in the order of the table
 * @param storageHashes of the stored ones, by API version and plural
 */
record BuiltinKinds(
    BuiltinSchemas schemas, List<Resource> resources, Map<String, String> storageHashes) {
  /** The tables do not change, and to read them takes longer than all else of a start. */
  private static final class Tables {
    static final BuiltinKinds READ = read();
  }

  /** The same for all. */
  static BuiltinKinds get() {
    return Tables.READ;
  }

  private static BuiltinKinds read() {
    BuiltinSchemas schemas = new BuiltinSchemas();
    Map<String, String> hashes = new HashMap<>();
    List<Resource> resources = BuiltinResources.read(schemas, hashes);
    return new BuiltinKinds(schemas, List.copyOf(resources), Map.copyOf(hashes));
  }
}
