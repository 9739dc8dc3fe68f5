package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NODES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.World.condition;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodTopologyTest {
  private static final String MAIN =
      ",'containers':[" + Sample.container("main", "app:1", "") + "]";
  private static final String HOST = "kubernetes.io/hostname";
  private static final String NO_VICTIMS =
      ". no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims"
          + " found for incoming pod.";
  private static final String NOT_HELPFUL =
      ". no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not"
          + " helpful for scheduling.";

  private static NodeSetup node(String name, String zone) {
    return new NodeSetup(
        name, zone.isEmpty() ? Map.of() : Map.of("zone", zone), List.of(), "8", "8Gi", 110);
  }

  private static String affinity(String kind, String key, String more) {
    return "'affinity':{'"
        + kind
        + "':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'"
        + key
        + "','labelSelector':{'matchLabels':{'app':'web'}}"
        + more
        + "}]}}";
  }

  private static String spread(String key, String more) {
    return "'topologySpreadConstraints':[{'maxSkew':1,'whenUnsatisfiable':'DoNotSchedule',"
        + "'topologyKey':'"
        + key
        + "','labelSelector':{'matchLabels':{'app':'web'}}"
        + more
        + "}]";
  }

  private static void create(World world, String namespace, String name, String spec) {
    world.create(
        PODS,
        "{'metadata':{'name':'"
            + name
            + "','namespace':'"
            + namespace
            + "','labels':{'app':'"
            + name.replaceAll("\\d", "")
            + "'}},'spec':{"
            + spec
            + MAIN
            + "}}");
    world.seconds(3);
  }

  private static void create(World world, String name, String spec) {
    create(world, "default", name, spec);
  }

  private static String node(World world, String pod) {
    return Pods.node(world.get(PODS, "default", pod));
  }

  private static String why(World world, String pod) {
    return condition(world.status(PODS, "default", pod), "PodScheduled");
  }

  @Test
  void antiAffinity_keepsPodsApart_untilTheOtherOneIsGone() {
    World world = new World();
    create(world, "web1", affinity("podAntiAffinity", HOST, ""));
    create(world, "web2", affinity("podAntiAffinity", HOST, ""));
    String message =
        "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules" + NO_VICTIMS;
    assertThat(why(world, "web2")).isEqualTo("False Unschedulable: " + message);
    assertThat(world.events("default", "web2")).containsKey("FailedScheduling: " + message);
    world.delete(PODS, "default", "web1");
    world.seconds(60);
    assertThat(node(world, "web2")).isEqualTo("node-1");
  }

  @Test
  void antiAffinity_ofAPodThatIsThere_keepsOthersAway() {
    World world = new World();
    create(world, "db1", affinity("podAntiAffinity", HOST, ""));
    create(world, "web1", "'restartPolicy':'Always'");
    assertThat(why(world, "web1"))
        .isEqualTo(
            "False Unschedulable: 0/1 nodes are available: 1 node(s) didn't satisfy existing pods"
                + " anti-affinity rules"
                + NO_VICTIMS);
  }

  @Test
  void antiAffinity_isAboutDomains_andAboutTheNamespacesThatItNames() {
    World world = new World(node("a", "x"), node("b", "x"), node("c", "y"));
    world.namespace("other");
    create(world, "web1", affinity("podAntiAffinity", "zone", ""));
    create(world, "web2", affinity("podAntiAffinity", "zone", ""));
    create(world, "web3", affinity("podAntiAffinity", "zone", ""));
    assertThat(List.of(node(world, "web1"), node(world, "web2"))).containsExactly("a", "c");
    assertThat(node(world, "web3")).isEmpty();
    create(world, "other", "web4", affinity("podAntiAffinity", "zone", ""));
    assertThat(Pods.node(world.get(PODS, "other", "web4"))).isEqualTo("b");
    create(
        world, "other", "job1", affinity("podAntiAffinity", "zone", ",'namespaces':['default']"));
    assertThat(Pods.node(world.get(PODS, "other", "job1"))).isEmpty();
    create(world, "other", "job2", affinity("podAntiAffinity", "zone", ",'namespaceSelector':{}"));
    assertThat(Pods.node(world.get(PODS, "other", "job2"))).isEmpty();
  }

  @Test
  void affinity_wantsCompany_butTheFirstOfItsKindDoesWithout() {
    World world = new World(node("a", "x"));
    create(world, "db1", affinity("podAffinity", "zone", ""));
    assertThat(why(world, "db1"))
        .isEqualTo(
            "False Unschedulable: 0/1 nodes are available: 1 node(s) didn't match pod affinity"
                + " rules"
                + NOT_HELPFUL);
    create(world, "web1", affinity("podAffinity", "zone", ""));
    world.seconds(10);
    assertThat(node(world, "web1")).isEqualTo("a");
    assertThat(node(world, "db1")).isEqualTo("a");
  }

  @Test
  void spread_fillsDomainsEvenly() {
    World world = new World(node("a", "x"), node("b", "y"));
    create(world, "web1", spread("zone", ""));
    create(world, "web2", spread("zone", ""));
    world.edit(NODES, "", "b", n -> Nodes.object(n, "spec").put("unschedulable", true));
    create(world, "web3", spread("zone", ""));
    create(world, "web4", spread("zone", ""));
    assertThat(List.of(node(world, "web1"), node(world, "web2"), node(world, "web3")))
        .containsExactly("a", "b", "a");
    assertThat(why(world, "web4"))
        .startsWith(
            "False Unschedulable: 0/2 nodes are available: 1 node(s) didn't match pod topology"
                + " spread constraints, 1 node(s) were unschedulable. ");
  }

  @Test
  void spread_countsOnlyDomainsThatThePodCouldBeIn() {
    World world = new World(node("a", "x"), node("b", "y"));
    String onA = "'nodeSelector':{'zone':'x'},";
    create(world, "web1", onA + spread("zone", ""));
    create(world, "web2", onA + spread("zone", ""));
    create(world, "web3", onA + spread("zone", ",'nodeAffinityPolicy':'Ignore'"));
    create(world, "web4", onA + spread("zone", ",'minDomains':2"));
    assertThat(node(world, "web2")).isEqualTo("a");
    assertThat(node(world, "web3")).isEmpty();
    assertThat(node(world, "web4")).isEmpty();
  }

  @Test
  void spread_overALabelThatNoNodeHas_isSaid() {
    World world = new World(node("a", ""));
    create(world, "web1", spread("zone", ""));
    assertThat(why(world, "web1"))
        .isEqualTo(
            "False Unschedulable: 0/1 nodes are available: 1 node(s) didn't match pod topology"
                + " spread constraints (missing required label)"
                + NOT_HELPFUL);
  }
}
