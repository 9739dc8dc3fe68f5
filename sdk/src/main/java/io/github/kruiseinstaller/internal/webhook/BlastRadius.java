package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.Interception;
import java.util.ArrayList;
import java.util.HashSet;
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

  /** A namespaceSelector looks at a Namespace's own labels, and at no other cluster-wide object. */
  private static final String NAMESPACES = "namespaces";

  private static final Set<String> CLUSTER_WIDE_BUILT_INS =
      Set.of(
          "customresourcedefinitions.apiextensions.k8s.io",
          "nodes",
          "persistentvolumes",
          "clusterroles.rbac.authorization.k8s.io",
          "clusterrolebindings.rbac.authorization.k8s.io",
          "storageclasses.storage.k8s.io",
          "priorityclasses.scheduling.k8s.io");

  private BlastRadius() {}

  /**
   * One row for each webhook, in the order of the configurations.
   *
   * @param configurations the configurations as they are, or will be, armed
   * @param definitions the custom resource definitions that say which kinds are cluster-wide
   * @param liveNamespaces all namespaces of the cluster
   */
  public static List<Interception> of(
      List<Manifest> configurations, List<Manifest> definitions, List<Manifest> liveNamespaces) {
    Set<String> clusterWide = new HashSet<>(CLUSTER_WIDE_BUILT_INS);
    for (Manifest definition : definitions) {
      if ("Cluster".equals(definition.at("spec", "scope"))) {
        clusterWide.add(definition.name());
      }
    }
    List<Interception> rows = new ArrayList<>();
    for (Manifest configuration : Webhooks.configurations(configurations)) {
      for (Map<String, @Nullable Object> entry : Webhooks.entries(configuration)) {
        rows.add(row(configuration, entry, clusterWide, liveNamespaces));
      }
    }
    return rows;
  }

  private static Interception row(
      Manifest configuration,
      Map<String, @Nullable Object> entry,
      Set<String> clusterWide,
      List<Manifest> liveNamespaces) {
    Set<String> operations = new LinkedHashSet<>();
    Set<String> resources = new LinkedHashSet<>();
    boolean inNamespaces = false;
    for (Map<String, @Nullable Object> rule : Trees.maps(entry, "rules")) {
      operations.addAll(Webhooks.texts(rule, "operations"));
      for (String group : Webhooks.texts(rule, "apiGroups")) {
        for (String resource : Webhooks.texts(rule, "resources")) {
          String qualified = group.isEmpty() ? resource : resource + "." + group;
          resources.add(qualified);
          inNamespaces |=
              qualified.equals(NAMESPACES)
                  || !("Cluster".equals(rule.get("scope")) || clusterWide.contains(qualified));
        }
      }
    }
    List<String> in = new ArrayList<>();
    List<String> out = new ArrayList<>();
    for (Manifest namespace : inNamespaces ? liveNamespaces : List.<Manifest>of()) {
      boolean matches =
          Selectors.matches(entry.get("namespaceSelector"), labelsWithName(namespace));
      (matches ? in : out).add(namespace.name());
    }
    in.sort(null);
    out.sort(null);
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
