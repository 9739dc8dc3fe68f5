package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.report.PreflightReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What preflight says of nodes that do not take the manager now. */
class NodeFitTest {
  private static final Map<String, Object> FULL = Map.of("allocatable", Map.of("pods", "0"));
  private static final Map<String, Object> ROOMY =
      Map.of("allocatable", Map.of("pods", "110", "cpu", "8", "memory", "16Gi"));

  /**
   * A cluster, and what the check says of it.
   *
   * @param name for people
   * @param scene makes its nodes
   * @param says parts of the check's text
   */
  record Case(
      String name, Consumer<SimulatedCluster> scene, CheckStatus status, List<String> says) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() {
    String grows = "nodes seem to be added as they are needed";
    return List.of(
        new Case(
            "no nodes, as pools scaled to zero are",
            cluster -> {},
            CheckStatus.WARN,
            List.of("the cluster has no nodes")),
        new Case(
            "Karpenter, and only the nodes that it runs on itself",
            cluster -> {
              tainted(cluster, "system", Map.of(), "CriticalAddonsOnly", "true");
              karpenter(cluster);
            },
            CheckStatus.WARN,
            List.of("none of 1 node", grows, "nodepools.karpenter.sh")),
        new Case(
            "Karpenter's nodes beside others, all full",
            cluster -> {
              node(cluster, "plain", Map.of(), Map.of(), FULL);
              node(cluster, "made", Map.of("karpenter.sh/nodepool", "default"), Map.of(), FULL);
            },
            CheckStatus.WARN,
            List.of("room for 0 of 2 replicas", grows, "karpenter.sh/nodepool")),
        new Case(
            "Karpenter's nodes are tainted, the others full",
            cluster -> {
              node(cluster, "plain", Map.of(), Map.of(), FULL);
              tainted(cluster, "made", Map.of("karpenter.sh/nodepool", "default"), "gpu", "");
            },
            CheckStatus.WARN,
            List.of("room for 0 of 2 replicas", grows)),
        new Case(
            "Fargate only",
            cluster ->
                tainted(
                    cluster,
                    "fargate-ip-10-0-0-1",
                    Map.of("eks.amazonaws.com/compute-type", "fargate"),
                    "eks.amazonaws.com/compute-type",
                    "fargate"),
            CheckStatus.WARN,
            List.of("none of 1 node", grows, "compute-type=fargate")),
        new Case(
            "Autopilot, full by design",
            cluster -> node(cluster, "gk3-pool-1", Map.of(), Map.of(), FULL),
            CheckStatus.WARN,
            List.of("room for 0 of 2 replicas", grows, "Autopilot")),
        new Case(
            "full, and an autoscaler says how it is",
            cluster -> {
              node(cluster, "plain", Map.of(), Map.of(), FULL);
              cluster
                  .objects()
                  .apply(
                      "{apiVersion: v1, kind: ConfigMap, metadata: {name:"
                          + " cluster-autoscaler-status, namespace: kube-system}}");
            },
            CheckStatus.WARN,
            List.of("room for 0 of 2 replicas", grows, "cluster-autoscaler-status")),
        new Case(
            "full, and an autoscaler takes a node away",
            cluster -> {
              node(cluster, "plain", Map.of(), Map.of(), FULL);
              tainted(cluster, "old", Map.of(), "ToBeDeletedByClusterAutoscaler", "1");
            },
            CheckStatus.WARN,
            List.of(grows, "ToBeDeletedByClusterAutoscaler")),
        new Case(
            "full, on machines of one's own that EKS only manages",
            cluster ->
                node(
                    cluster,
                    "own",
                    Map.of("eks.amazonaws.com/compute-type", "hybrid"),
                    Map.of(),
                    FULL),
            CheckStatus.FAIL,
            List.of("room for 0 of 2 replicas")),
        new Case(
            "full, and nothing adds nodes",
            cluster -> node(cluster, "plain", Map.of(), Map.of(), FULL),
            CheckStatus.FAIL,
            List.of("room for 0 of 2 replicas")),
        new Case(
            "tainted, and nothing adds nodes",
            cluster -> tainted(cluster, "plain", Map.of(), "CriticalAddonsOnly", "true"),
            CheckStatus.FAIL,
            List.of("none of 1 node", "CriticalAddonsOnly=true:NoSchedule")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void check_failsOnlyWhereNoNodeCanCome(Case each) {
    try (SimulatedCluster cluster = SimulatedCluster.builder().nodes(0).start()) {
      each.scene().accept(cluster);

      PreflightReport report = SmallInstallers.plain(cluster, cluster.admin()).build().preflight();

      Check check = Scenes.check(report.checks(), "node-fit");
      assertThat(check.status()).as(report.render()).isEqualTo(each.status());
      assertThat(Scenes.text(check)).contains(each.says());
      assertThat(report.passed()).isEqualTo(each.status() != CheckStatus.FAIL);
    }
  }

  private static void tainted(
      SimulatedCluster cluster, String name, Map<String, Object> labels, String key, String value) {
    List<Map<String, Object>> taints =
        List.of(Map.of("key", key, "value", value, "effect", "NoSchedule"));
    node(cluster, name, labels, Map.of("taints", taints), ROOMY);
  }

  private static void node(
      SimulatedCluster cluster,
      String name,
      Map<String, Object> labels,
      Map<String, Object> spec,
      Map<String, Object> status) {
    cluster.objects().apply("{apiVersion: v1, kind: Node, metadata: {name: %s}}".formatted(name));
    cluster
        .objects()
        .edit(
            "v1",
            "Node",
            "",
            name,
            node -> {
              Scenes.child(Scenes.child(node, "metadata"), "labels").putAll(labels);
              Scenes.child(node, "spec").putAll(spec);
            });
    cluster
        .objects()
        .editStatus("v1", "Node", "", name, node -> Scenes.child(node, "status").putAll(status));
  }

  private static void karpenter(SimulatedCluster cluster) {
    cluster
        .objects()
        .apply(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: nodepools.karpenter.sh}
            spec:
              group: karpenter.sh
              scope: Cluster
              names: {kind: NodePool, listKind: NodePoolList, plural: nodepools, singular: nodepool}
              versions:
              - name: v1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object}}
            """);
  }
}
