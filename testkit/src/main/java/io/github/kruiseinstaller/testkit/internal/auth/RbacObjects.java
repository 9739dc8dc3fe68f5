package io.github.kruiseinstaller.testkit.internal.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** The roles and bindings in the cluster, as they are now. Thread-safe. */
public interface RbacObjects {
  /** A Role. */
  Optional<ObjectNode> role(String namespace, String name);

  /** A ClusterRole. */
  Optional<ObjectNode> clusterRole(String name);

  /** All ClusterRoles, for aggregation. */
  List<ObjectNode> clusterRoles();

  /** All RoleBindings of a namespace. */
  List<ObjectNode> roleBindings(String namespace);

  /** All ClusterRoleBindings. */
  List<ObjectNode> clusterRoleBindings();
}
