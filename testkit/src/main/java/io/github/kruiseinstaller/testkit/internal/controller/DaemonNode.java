package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The pods of a DaemonSet on one node during a roll-out; those that are going do not count.
 *
 * @param name of the node
 * @param current the pod of the newest revision
 * @param currentAvailable whether it is there and available
 * @param old a pod of an older revision
 * @param oldAvailable whether it is there and available
 */
record DaemonNode(
    String name,
    @Nullable ObjectNode current,
    boolean currentAvailable,
    @Nullable ObjectNode old,
    boolean oldAvailable) {
  static DaemonNode of(
      String name, List<ObjectNode> pods, String hash, Predicate<ObjectNode> available) {
    ObjectNode current = null;
    ObjectNode old = null;
    for (ObjectNode pod : pods) {
      if (Owners.isDeleting(pod)) {
        continue;
      }
      if (Revisions.hash(pod).equals(hash)) {
        current = pod;
      } else {
        old = pod;
      }
    }
    return new DaemonNode(
        name,
        current,
        current != null && available.test(current),
        old,
        old != null && available.test(old));
  }
}
