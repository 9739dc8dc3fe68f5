package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NAMESPACES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NODES;
import static io.github.kruiseinstaller.testkit.internal.controller.World.condition;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControllerManagerTest {
  @Test
  void start_makesWhatEveryClusterHas() {
    World world =
        new World(
            new NodeSetup("n", Map.of("zone", "z"), List.of("a=b:NoExecute", "c"), "2", "4Gi", 7));
    assertThat(world.list(NAMESPACES, ""))
        .extracting(Nodes::name)
        .containsExactlyInAnyOrder("default", "kube-system", "kube-public", "kube-node-lease");
    var node = world.get(NODES, "", "n");
    assertThat(condition(node.path("status"), "Ready"))
        .isEqualTo("True KubeletReady: kubelet is posting ready status");
    assertThat(Nodes.labels(node))
        .containsEntry("zone", "z")
        .containsEntry("kubernetes.io/hostname", "n");
    assertThat(node.path("spec").path("taints").toString())
        .isEqualTo(
            "[{\"key\":\"a\",\"value\":\"b\",\"effect\":\"NoExecute\"},{\"key\":\"c\",\"effect\":\"NoSchedule\"}]");
    assertThat(node.at("/status/allocatable/pods").asText()).isEqualTo("7");
    assertThat(NodeFit.isReady(node)).isTrue();
  }

  @Test
  void start_overAClusterThatIsThere_changesNothing() {
    World world = new World();
    String before = Nodes.resourceVersion(world.get(NODES, "", "node-1"));
    world.manager.start();
    world.seconds(1);
    assertThat(Nodes.resourceVersion(world.get(NODES, "", "node-1"))).isEqualTo(before);
  }

  @Test
  void cluster_thatNothingHappensIn_isQuiet() {
    World world = new World();
    world.create(BuiltIn.DEPLOYMENTS, Sample.deployment("web", 2, ""));
    world.create(BuiltIn.SERVICES, Sample.service("web", ",'ports':[{'port':80}]"));
    world.seconds(60);
    String before = revision(world);
    world.seconds(600);
    assertThat(revision(world)).isEqualTo(before);
  }

  private static String revision(World world) {
    return world
        .resources
        .list(
            NAMESPACES.in(world.kinds),
            "",
            io.github.kruiseinstaller.testkit.internal.rest.Resources.Selection.ALL)
        .resourceVersion();
  }
}
