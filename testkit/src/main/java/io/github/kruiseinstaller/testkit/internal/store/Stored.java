package io.github.kruiseinstaller.testkit.internal.store;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One object at one revision.
 *
 * @param namespace empty for cluster-wide objects
 * @param name of the object
 * @param revision at which it was written; the tree's resourceVersion
 * @param tree shared by all readers and never changed: copy it before handing it out
 */
public record Stored(String namespace, String name, long revision, ObjectNode tree) {
  /** Where the object stands among those of its resource; the order of lists. */
  String key() {
    return key(namespace, name);
  }

  static String key(String namespace, String name) {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
