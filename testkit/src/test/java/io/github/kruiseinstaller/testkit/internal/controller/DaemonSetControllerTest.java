package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.CONTROLLER_REVISIONS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DAEMON_SETS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NODES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.ImageScenario;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DaemonSetControllerTest {
  private final World world =
      new World(
          NodeSetup.named("a"),
          NodeSetup.named("b"),
          new NodeSetup("c", Map.of("pool", "x"), List.of("own=yes:NoSchedule"), "8", "8Gi", 9));

  private void create(String more, String podSpec) {
    world.create(
        DAEMON_SETS,
        "{'metadata':{'name':'ds','namespace':'default'},'spec':{'selector':{'matchLabels':{'app':'ds'}},"
            + more
            + Sample.template("ds", podSpec)
            + "}}");
  }

  private JsonNode status() {
    return world.status(DAEMON_SETS, "default", "ds");
  }

  private List<String> nodes() {
    return world.list(PODS, "default").stream().map(Pods::node).sorted().toList();
  }

  private void image(String image) {
    world.edit(
        DAEMON_SETS,
        "default",
        "ds",
        d -> ((ObjectNode) d.at("/spec/template/spec/containers/0")).put("image", image));
  }

  @Test
  void everyNodeThatTakesOne_hasAPod() {
    create("", "");
    world.seconds(10);
    assertThat(nodes()).containsExactly("a", "b");
    assertThat(status().path("desiredNumberScheduled").asLong()).isEqualTo(2);
    assertThat(status().path("numberReady").asLong()).isEqualTo(2);
    assertThat(status().path("numberAvailable").asLong()).isEqualTo(2);
    assertThat(status().path("updatedNumberScheduled").asLong()).isEqualTo(2);
    assertThat(status().has("numberUnavailable")).isFalse();
    assertThat(status().path("observedGeneration").asLong()).isEqualTo(1);
    assertThat(world.list(CONTROLLER_REVISIONS, "default")).hasSize(1);
    assertThat(Nodes.labels(world.list(PODS, "default").get(0)))
        .containsKeys("controller-revision-hash", "pod-template-generation");
  }

  @Test
  void tolerationsAndSelectors_decideWhichNodes() {
    create("", "'tolerations':[{'key':'own','operator':'Exists'}],'nodeSelector':{'pool':'x'},");
    world.seconds(10);
    assertThat(nodes()).containsExactly("c");
    world.edit(NODES, "", "a", n -> Nodes.object(n, "metadata", "labels").put("pool", "x"));
    world.seconds(10);
    assertThat(nodes()).containsExactly("a", "c");
    world.edit(NODES, "", "a", n -> Nodes.object(n, "metadata", "labels").remove("pool"));
    world.seconds(10);
    assertThat(nodes()).containsExactly("c");
  }

  @Test
  void cordonedNode_keepsItsPod() {
    world.edit(NODES, "", "a", n -> Nodes.object(n, "spec").put("unschedulable", true));
    create("", "");
    world.seconds(10);
    assertThat(nodes()).containsExactly("a", "b");
  }

  private void taint(String node, String effect) {
    world.edit(
        NODES,
        "",
        node,
        n ->
            Nodes.array(Nodes.object(n, "spec"), "taints")
                .addObject()
                .put("key", "own")
                .put("effect", effect));
  }

  @Test
  void nodeThatTakesNothingNew_keepsItsPod_andGetsNoOther() {
    create("", "");
    world.seconds(10);
    taint("a", "NoSchedule");
    world.seconds(10);
    assertThat(nodes()).containsExactly("a", "b");
    assertThat(status().path("numberMisscheduled").asLong()).isEqualTo(1);
    assertThat(status().path("desiredNumberScheduled").asLong()).isEqualTo(1);
    assertThat(status().path("currentNumberScheduled").asLong()).isEqualTo(1);
    assertThat(status().path("numberReady").asLong()).isEqualTo(1);
    image("app:2");
    world.seconds(30);
    assertThat(nodes()).containsExactly("b");
    assertThat(images()).containsExactly("app:2");
    assertThat(status().path("numberMisscheduled").asLong()).isZero();
  }

  @Test
  void nodeThatTakesNothingNew_withSurge_losesItsOldPodOnceTheOthersAreNew() {
    create(
        "'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1,'maxUnavailable':0}},",
        "");
    world.seconds(10);
    taint("a", "NoSchedule");
    image("app:2");
    world.seconds(30);
    assertThat(nodes()).containsExactly("b");
    assertThat(images()).containsExactly("app:2");
  }

  @Test
  void nodeThatDrivesPodsAway_losesItsPod() {
    create("", "");
    world.seconds(10);
    taint("a", "NoExecute");
    world.seconds(10);
    assertThat(nodes()).containsExactly("b");
    assertThat(status().path("numberMisscheduled").asLong()).isZero();
  }

  @Test
  void nodeThatGoes_losesItsPod() {
    create("", "");
    world.seconds(10);
    world.delete(NODES, "", "b");
    world.seconds(10);
    assertThat(nodes()).containsExactly("a");
  }

  @Test
  void update_replacesOnePodAfterTheOther() {
    create("", "");
    world.seconds(10);
    image("app:2");
    for (int i = 0; i < 200; i++) {
      world.pass(Duration.ofMillis(50));
      assertThat(world.list(PODS, "default").stream().filter(Pods::isReady).count())
          .isGreaterThanOrEqualTo(1);
    }
    assertThat(images()).containsOnly("app:2").hasSize(2);
    assertThat(status().path("updatedNumberScheduled").asLong()).isEqualTo(2);
    assertThat(status().path("observedGeneration").asLong()).isEqualTo(2);
  }

  private List<String> images() {
    return world.list(PODS, "default").stream()
        .map(pod -> pod.at("/spec/containers/0/image").asText())
        .toList();
  }

  @Test
  void update_whenTheNewPodNeverBecomesReady_stops() {
    create("", "");
    world.seconds(10);
    world.images.set("app:2", new ImageScenario.NeverReady());
    image("app:2");
    world.seconds(60);
    assertThat(images()).containsExactlyInAnyOrder("app:1", "app:2");
    assertThat(status().path("numberUnavailable").asLong()).isEqualTo(1);
  }

  @Test
  void update_whenTheOldPodsAreNotReady_replacesThemAll() {
    world.images.set("app:1", new ImageScenario.NeverReady());
    create("", "");
    world.seconds(10);
    image("app:2");
    world.seconds(10);
    assertThat(images()).containsOnly("app:2").hasSize(2);
  }

  @Test
  void update_withSurge_startsTheNewPodFirst() {
    create(
        "'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1,'maxUnavailable':0}},",
        "");
    world.seconds(10);
    image("app:2");
    for (int i = 0; i < 400; i++) {
      world.pass(Duration.ofMillis(50));
      assertThat(world.list(PODS, "default").stream().filter(Pods::isReady).count())
          .isGreaterThanOrEqualTo(2);
      assertThat(world.list(PODS, "default").stream().filter(Pods::isActive).count())
          .isLessThanOrEqualTo(3);
    }
    assertThat(images()).containsOnly("app:2").hasSize(2);
  }

  @Test
  void onDelete_waitsForSomebodyToDelete() {
    create("'updateStrategy':{'type':'OnDelete'},", "");
    world.seconds(10);
    image("app:2");
    world.seconds(10);
    assertThat(images()).containsOnly("app:1");
    assertThat(status().has("updatedNumberScheduled")).isFalse();
    world.delete(PODS, "default", Nodes.name(world.list(PODS, "default").get(0)));
    world.seconds(10);
    assertThat(images()).containsExactlyInAnyOrder("app:1", "app:2");
  }

  @Test
  void rollBack_makesTheOldRevisionTheNewest() {
    create("", "");
    world.seconds(10);
    image("app:2");
    world.seconds(20);
    image("app:1");
    world.seconds(20);
    assertThat(world.list(CONTROLLER_REVISIONS, "default"))
        .extracting(revision -> revision.path("revision").asLong())
        .containsExactlyInAnyOrder(2L, 3L);
    assertThat(images()).containsOnly("app:1");
  }

  @Test
  void refusedPods_areSaid() {
    world.admission =
        request -> {
          if (request.resource().plural().equals("pods")) {
            throw Statuses.internal("no");
          }
        };
    create("", "");
    world.seconds(5);
    assertThat(world.events("default", "ds"))
        .containsOnlyKeys("FailedCreate: Error creating: Internal error occurred: no");
    assertThat(status().path("desiredNumberScheduled").asLong()).isEqualTo(2);
    world.admission = request -> {};
    world.seconds(60);
    assertThat(nodes()).containsExactly("a", "b");
  }

  @Test
  void podThatEnded_isReplaced() {
    create("", "");
    world.seconds(10);
    String name = Nodes.name(world.list(PODS, "default").get(0));
    world.editStatus(PODS, "default", name, p -> Nodes.object(p, "status").put("phase", "Failed"));
    world.seconds(10);
    assertThat(world.find(PODS, "default", name)).isEmpty();
    assertThat(nodes()).containsExactly("a", "b");
  }
}
