package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a cluster makes nodes when Pods need them. Its nodes of now then tell little of what it
 * can run: they may be full by design, meant for something else, or none at all.
 */
final class NodeGrowth {
  private static final String AUTOPILOT = "gk3-";
  private static final String EKS_COMPUTE = "eks.amazonaws.com/compute-type";

  /** The third value, hybrid, is for machines of the user's own. */
  private static final Set<String> EKS_MADE = Set.of("auto", "fargate");

  /** Older Karpenters have provisioners instead of node pools. */
  private static final List<String> KARPENTER =
      List.of("nodepools.karpenter.sh", "provisioners.karpenter.sh");

  private static final ObjectRef AUTOSCALER_STATUS =
      ObjectRef.namespaced("v1", "ConfigMap", "kube-system", "cluster-autoscaler-status");

  private NodeGrowth() {}

  /**
   * What tells that nodes are added by need, for people; empty where nothing does. What may not be
   * read tells nothing.
   */
  static Optional<String> sign(Cluster cluster, List<Manifest> nodes) {
    return nodes.stream()
        .flatMap(node -> ofNode(node).map(sign -> node.ref() + " " + sign).stream())
        .findFirst()
        .or(() -> karpenter(cluster))
        .or(() -> autoscaler(cluster));
  }

  private static Optional<String> ofNode(Manifest node) {
    if (node.name().startsWith(AUTOPILOT)) {
      return Optional.of("is one of GKE Autopilot");
    }
    String compute = Objects.requireNonNullElse(node.labels().get(EKS_COMPUTE), "");
    if (EKS_MADE.contains(compute)) {
      return Optional.of("has the label " + EKS_COMPUTE + "=" + compute);
    }
    return first(node.labels(), "karpenter.sh/")
        .map(label -> "has the label " + label)
        .or(
            () ->
                first(node.annotations(), "cluster-autoscaler.kubernetes.io/")
                    .map(annotation -> "has the annotation " + annotation))
        .or(
            () ->
                node.maps("spec", "taints").stream()
                    .map(NodeGrowth::key)
                    .filter(key -> key.endsWith("ClusterAutoscaler"))
                    .map(key -> "has the taint " + key)
                    .findFirst());
  }

  private static Optional<String> karpenter(Cluster cluster) {
    return KARPENTER.stream()
        .filter(
            name ->
                !Seen.by(() -> cluster.list(definition(name)).items()).orElse(List.of()).isEmpty())
        .map(name -> "the cluster has the definition " + name)
        .findFirst();
  }

  /** Listed rather than got, because the role that installs allows just that. */
  private static Query definition(String name) {
    return new Query(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", null, "", "metadata.name=" + name);
  }

  private static Optional<String> autoscaler(Cluster cluster) {
    return Seen.by(() -> cluster.get(AUTOSCALER_STATUS))
        .orElse(Optional.empty())
        .map(status -> "there is " + status.ref());
  }

  private static Optional<String> first(Map<String, String> keys, String prefix) {
    return keys.keySet().stream().filter(key -> key.startsWith(prefix)).sorted().findFirst();
  }

  private static String key(Map<String, @Nullable Object> taint) {
    return Objects.requireNonNullElse(Trees.text(taint, "key"), "");
  }
}
