package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.RbacObjects;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import java.util.List;
import java.util.Optional;

/** The roles and bindings that are stored in the cluster. */
public final class StoredRbac implements RbacObjects {
  private final Kinds kinds;
  private final Resources resources;

  /** Reads them whenever they are asked for. */
  public StoredRbac(Kinds kinds, Resources resources) {
    this.kinds = kinds;
    this.resources = resources;
  }

  @Override
  public Optional<ObjectNode> role(String namespace, String name) {
    return kind("roles").flatMap(kind -> resources.view(kind, namespace, name));
  }

  @Override
  public Optional<ObjectNode> clusterRole(String name) {
    return kind("clusterroles").flatMap(kind -> resources.view(kind, "", name));
  }

  @Override
  public List<ObjectNode> clusterRoles() {
    return all("clusterroles", "");
  }

  @Override
  public List<ObjectNode> roleBindings(String namespace) {
    return all("rolebindings", namespace);
  }

  @Override
  public List<ObjectNode> clusterRoleBindings() {
    return all("clusterrolebindings", "");
  }

  private List<ObjectNode> all(String plural, String namespace) {
    return kind(plural)
        .map(kind -> resources.views(kind, namespace, Resources.Selection.ALL))
        .orElse(List.of());
  }

  private Optional<Resource> kind(String plural) {
    return kinds.resource("rbac.authorization.k8s.io", "v1", plural);
  }
}
