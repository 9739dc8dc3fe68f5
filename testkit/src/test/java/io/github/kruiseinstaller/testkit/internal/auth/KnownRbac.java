package io.github.kruiseinstaller.testkit.internal.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Roles and bindings that a test has written down. */
final class KnownRbac implements RbacObjects {
  final List<ObjectNode> objects = new ArrayList<>();

  /** Adds an object; single quotes are double ones. */
  KnownRbac add(String kind, String namespace, String name, String rest) {
    ObjectNode object =
        (ObjectNode)
            Json.parse(("{" + rest + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    object.put("kind", kind);
    Nodes.object(object, "metadata").put("name", name).put("namespace", namespace);
    objects.add(object);
    return this;
  }

  private List<ObjectNode> all(String kind, String namespace) {
    return objects.stream()
        .filter(object -> object.path("kind").asText().equals(kind))
        .filter(object -> Nodes.namespace(object).equals(namespace))
        .toList();
  }

  @Override
  public Optional<ObjectNode> role(String namespace, String name) {
    return all("Role", namespace).stream()
        .filter(object -> Nodes.name(object).equals(name))
        .findFirst();
  }

  @Override
  public Optional<ObjectNode> clusterRole(String name) {
    return clusterRoles().stream().filter(object -> Nodes.name(object).equals(name)).findFirst();
  }

  @Override
  public List<ObjectNode> clusterRoles() {
    return all("ClusterRole", "");
  }

  @Override
  public List<ObjectNode> roleBindings(String namespace) {
    return all("RoleBinding", namespace);
  }

  @Override
  public List<ObjectNode> clusterRoleBindings() {
    return all("ClusterRoleBinding", "");
  }
}
