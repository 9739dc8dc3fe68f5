package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * What admission reads of the cluster, in the preferred version of each kind. What comes out is not
 * changed by the reader. Thread-safe.
 */
public interface ClusterState {
  /** An object; the namespace is empty for cluster-wide kinds. */
  Optional<ObjectNode> find(String group, String plural, String namespace, String name);

  /** All objects of a kind in a namespace, or with an empty one of a cluster-wide kind. */
  List<ObjectNode> list(String group, String plural, String namespace);
}
