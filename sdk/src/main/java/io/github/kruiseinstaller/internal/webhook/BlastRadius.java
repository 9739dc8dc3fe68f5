package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.Interception;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which requests armed webhook configurations intercept. */
public final class BlastRadius {
  private static final long DEFAULT_TIMEOUT_SECONDS = 10;

  private BlastRadius() {}

  /**
   * One row for each webhook, in the order of the configurations.
   *
   * @param configurations the configurations as they are, or will be, armed
   * @param liveNamespaces all namespaces of the cluster
   */
  public static List<Interception> of(
      List<Manifest> configurations, List<Manifest> liveNamespaces) {
    List<Interception> rows = new ArrayList<>();
    for (Manifest configuration : Webhooks.configurations(configurations)) {
      for (Map<String, @Nullable Object> entry : Webhooks.entries(configuration)) {
        rows.add(row(configuration, entry, liveNamespaces));
      }
    }
    return rows;
  }

  private static Interception row(
      Manifest configuration, Map<String, @Nullable Object> entry, List<Manifest> liveNamespaces) {
    List<String> in = new ArrayList<>();
    List<String> out = new ArrayList<>();
    for (Manifest namespace : liveNamespaces) {
      boolean matches =
          Selectors.matches(entry.get("namespaceSelector"), labelsWithName(namespace));
      (matches ? in : out).add(namespace.name());
    }
    in.sort(null);
    out.sort(null);
    Set<String> operations = new LinkedHashSet<>();
    Set<String> resources = new LinkedHashSet<>();
    for (Map<String, @Nullable Object> rule : Trees.maps(entry, "rules")) {
      operations.addAll(Webhooks.texts(rule, "operations"));
      for (String group : Webhooks.texts(rule, "apiGroups")) {
        for (String resource : Webhooks.texts(rule, "resources")) {
          resources.add(group.isEmpty() ? resource : resource + "." + group);
        }
      }
    }
    return new Interception(
        Webhooks.name(entry),
        configuration.name(),
        List.copyOf(operations),
        List.copyOf(resources),
        Objects.requireNonNullElse(Trees.text(entry, "failurePolicy"), "Fail"),
        Trees.number(DEFAULT_TIMEOUT_SECONDS, entry, "timeoutSeconds"),
        in,
        out,
        Selectors.describe(entry.get("objectSelector")));
  }

  /** A namespace's labels with the one that the API server sets on every namespace. */
  static Map<String, String> labelsWithName(Manifest namespace) {
    Map<String, String> labels = new LinkedHashMap<>(namespace.labels());
    labels.put(NamespaceLabels.NAME_LABEL, namespace.name());
    return labels;
  }
}
