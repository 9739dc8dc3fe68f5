package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.internal.text.Quantity;
import io.github.kruiseinstaller.internal.tree.Trees;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How much Pods ask for. */
final class PodDemand {
  private PodDemand() {}

  /**
   * What a Pod requests of a resource: its containers and sidecars together, or one of its init
   * containers, with the sidecars that run before it, when that asks for more.
   *
   * @param podSpec the {@code spec} of a Pod
   */
  static BigDecimal requests(Map<String, @Nullable Object> podSpec, String resource) {
    return of(podSpec, "requests", resource);
  }

  /** The same for limits; a container without one counts for nothing. */
  static BigDecimal limits(Map<String, @Nullable Object> podSpec, String resource) {
    return of(podSpec, "limits", resource);
  }

  /** An amount as Kubernetes writes it; nothing for what is none. */
  static BigDecimal amount(@Nullable Object quantity) {
    BigDecimal parsed =
        quantity == null ? BigDecimal.ZERO : Quantity.parse(String.valueOf(quantity));
    return Objects.requireNonNullElse(parsed, BigDecimal.ZERO);
  }

  private static BigDecimal of(Map<String, @Nullable Object> podSpec, String kind, String name) {
    BigDecimal together =
        Trees.maps(podSpec, "containers").stream()
            .map(container -> container(container, kind, name))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal sidecars = BigDecimal.ZERO;
    BigDecimal most = BigDecimal.ZERO;
    for (Map<String, @Nullable Object> first : Trees.maps(podSpec, "initContainers")) {
      BigDecimal amount = container(first, kind, name);
      most = most.max(sidecars.add(amount));
      if ("Always".equals(Trees.text(first, "restartPolicy"))) {
        sidecars = sidecars.add(amount);
      }
    }
    return most.max(together.add(sidecars));
  }

  private static BigDecimal container(
      Map<String, @Nullable Object> container, String kind, String name) {
    Object stated = Trees.at(container, "resources", kind, name);
    // The API server takes the limit for a request that is not stated.
    return amount(
        stated == null && kind.equals("requests")
            ? Trees.at(container, "resources", "limits", name)
            : stated);
  }
}
