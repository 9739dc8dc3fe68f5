package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NODES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.World.condition;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerTest {
  private static final String HOPELESS =
      " no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not"
          + " helpful for scheduling.";
  private static final String MAIN = "'containers':[" + Sample.container("main", "app:1", "") + "]";

  private static String requests(String cpu, String memory) {
    return "'containers':["
        + Sample.container(
            "main",
            "app:1",
            ",'resources':{'requests':{'cpu':'" + cpu + "','memory':'" + memory + "'}}")
        + "]";
  }

  private static String scheduled(World world, String pod) {
    return condition(world.status(PODS, "default", pod), "PodScheduled");
  }

  @Test
  void nodeSelector_thatNothingMatches_saysSo_untilANodeDoes() {
    World world = new World();
    world.create(PODS, Sample.pod("p", "'nodeSelector':{'disk':'ssd'}," + MAIN));
    world.seconds(2);
    String message =
        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector." + HOPELESS;
    assertThat(scheduled(world, "p")).isEqualTo("False Unschedulable: " + message);
    assertThat(world.events("default", "p")).containsOnlyKeys("FailedScheduling: " + message);
    assertThat(Pods.phase(world.get(PODS, "default", "p"))).isEqualTo("Pending");

    world.edit(NODES, "", "node-1", n -> Nodes.object(n, "metadata", "labels").put("disk", "ssd"));
    world.seconds(5);
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isTrue();
    assertThat(scheduled(world, "p")).startsWith("True");
  }

  @Test
  void taint_isTolerated_orNot() {
    World world =
        new World(new NodeSetup("tainted", Map.of(), List.of("gpu=yes:NoSchedule"), "1", "1Gi", 9));
    world.create(PODS, Sample.pod("p", MAIN));
    world.create(
        PODS,
        Sample.pod(
            "q",
            "'tolerations':[{'key':'gpu','operator':'Equal','value':'yes','effect':'NoSchedule'}],"
                + MAIN));
    world.create(PODS, Sample.pod("r", "'tolerations':[{'operator':'Exists'}]," + MAIN));
    world.seconds(5);
    assertThat(scheduled(world, "p"))
        .isEqualTo(
            "False Unschedulable: 0/1 nodes are available: 1 node(s) had untolerated taint {gpu:"
                + " yes}."
                + HOPELESS);
    assertThat(Pods.node(world.get(PODS, "default", "q"))).isEqualTo("tainted");
    assertThat(Pods.node(world.get(PODS, "default", "r"))).isEqualTo("tainted");
  }

  @ParameterizedTest
  @CsvSource({
    "9, 1Gi, Insufficient cpu",
    "100m, 17Gi, Insufficient memory",
    "8001m, 1Ti, 'Insufficient cpu, 1 Insufficient memory'"
  })
  void resources_thatAreNotThere_areNamed(String cpu, String memory, String reason) {
    World world = new World();
    world.create(PODS, Sample.pod("p", requests(cpu, memory)));
    world.seconds(2);
    assertThat(scheduled(world, "p"))
        .isEqualTo(
            "False Unschedulable: 0/1 nodes are available: 1 "
                + reason
                + ". no new claims to deallocate, preemption: 0/1 nodes are available: 1 No"
                + " preemption victims found for incoming pod.");
  }

  @Test
  void resources_thatAnotherPodGivesBack_areTaken() {
    World world = new World();
    world.create(PODS, Sample.pod("p", requests("6", "1Gi")));
    world.seconds(5);
    world.create(PODS, Sample.pod("q", requests("6", "1Gi")));
    world.seconds(5);
    assertThat(Pods.node(world.get(PODS, "default", "q"))).isEmpty();
    world.delete(PODS, "default", "p");
    world.seconds(5);
    assertThat(Pods.node(world.get(PODS, "default", "q"))).isEqualTo("node-1");
  }

  @Test
  void hostPort_isTakenOnce() {
    World world = new World();
    String ports =
        "'containers':["
            + Sample.container("main", "app:1", ",'ports':[{'containerPort':80,'hostPort':80}]")
            + "]";
    world.create(PODS, Sample.pod("p", ports));
    world.create(PODS, Sample.pod("q", ports));
    world.seconds(2);
    assertThat(scheduled(world, "q"))
        .contains("1 node(s) didn't have free ports for the requested pod ports.");
  }

  @Test
  void nodes_areFilledEvenly_andNotBeyondTheirPods() {
    World world =
        new World(
            new NodeSetup("a", Map.of(), List.of(), "8", "8Gi", 2),
            new NodeSetup("b", Map.of(), List.of(), "8", "8Gi", 2));
    for (int i = 0; i < 5; i++) {
      world.create(PODS, Sample.pod("p" + i, MAIN));
      world.seconds(2);
    }
    assertThat(
            world.list(PODS, "default").stream()
                .collect(Collectors.groupingBy(Pods::node, Collectors.counting())))
        .containsEntry("a", 2L)
        .containsEntry("b", 2L)
        .containsEntry("", 1L);
    assertThat(scheduled(world, "p4")).contains("0/2 nodes are available: 2 Too many pods.");
  }

  @Test
  void cordonedNode_takesNothing() {
    World world = new World();
    world.edit(NODES, "", "node-1", n -> Nodes.object(n, "spec").put("unschedulable", true));
    world.create(PODS, Sample.pod("p", MAIN));
    world.seconds(2);
    assertThat(scheduled(world, "p")).contains("1 node(s) were unschedulable.");
  }

  @Test
  void noNode_isSaid() {
    World world = new World();
    world.delete(NODES, "", "node-1");
    world.create(PODS, Sample.pod("p", MAIN));
    world.seconds(2);
    assertThat(scheduled(world, "p"))
        .isEqualTo("False Unschedulable: no nodes available to schedule pods");
  }

  @Test
  void affinity_isHeeded() {
    World world = new World();
    for (String[] rule :
        new String[][] {
          {"in", "'operator':'In','values':['amd64','arm64']"},
          {"notin", "'operator':'NotIn','values':['amd64']"},
          {"exists", "'operator':'Exists'"},
          {"absent", "'operator':'DoesNotExist'"},
          {"gt", "'operator':'Gt','values':['1']"},
        }) {
      world.create(
          PODS,
          Sample.pod(
              rule[0],
              "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{"
                  + "'nodeSelectorTerms':[{'matchExpressions':[{'key':'kubernetes.io/arch',"
                  + rule[1]
                  + "}]}]}}},"
                  + MAIN));
    }
    world.seconds(3);
    assertThat(world.list(PODS, "default"))
        .filteredOn(pod -> !Pods.node(pod).isEmpty())
        .extracting(Nodes::name)
        .containsExactlyInAnyOrder("in", "exists");
  }

  @Test
  void scenario_refusesAPod_untilItIsCleared() {
    World world = new World();
    world.scenarios.unschedulable(pod -> Nodes.name(pod).equals("p"), "1 Insufficient cpu");
    world.create(PODS, Sample.pod("p", MAIN));
    world.seconds(2);
    assertThat(scheduled(world, "p"))
        .startsWith("False Unschedulable: 0/1 nodes are available: 1 Insufficient cpu. ");
    world.scenarios.clear();
    world.seconds(10);
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isTrue();
  }

  @Test
  void podOfAnotherScheduler_isLeftAlone() {
    World world = new World();
    world.create(PODS, Sample.pod("p", "'schedulerName':'mine'," + MAIN));
    world.seconds(2);
    assertThat(scheduled(world, "p")).isEqualTo("none");
  }
}
