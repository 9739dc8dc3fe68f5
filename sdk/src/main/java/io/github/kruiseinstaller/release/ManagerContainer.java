package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The manager's container in its Deployment. */
final class ManagerContainer {
  private ManagerContainer() {}

  /** The container named {@code manager}, else the first; empty when there is none. */
  static Map<String, @Nullable Object> in(Manifest deployment) {
    List<Map<String, @Nullable Object>> containers =
        deployment.maps("spec", "template", "spec", "containers");
    return containers.stream()
        .filter(container -> "manager".equals(Trees.text(container, "name")))
        .findFirst()
        .orElseGet(() -> containers.isEmpty() ? Map.of() : containers.get(0));
  }

  /** The literal value of an environment variable, or null when absent, empty or a reference. */
  static @Nullable String variable(Map<String, @Nullable Object> container, String name) {
    return Trees.maps(container, "env").stream()
        .filter(entry -> name.equals(Trees.text(entry, "name")))
        .map(entry -> Trees.text(entry, "value"))
        .filter(value -> value != null && !value.isEmpty())
        .findFirst()
        .orElse(null);
  }
}
