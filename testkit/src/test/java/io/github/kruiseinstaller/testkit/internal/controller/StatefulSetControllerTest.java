package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.STATEFUL_SETS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.ImageScenario;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StatefulSetControllerTest {
  private final World world = new World();

  private void create(int replicas, String more) {
    world.create(
        STATEFUL_SETS,
        "{'metadata':{'name':'db','namespace':'default'},'spec':{'serviceName':'db','replicas':"
            + replicas
            + ",'selector':{'matchLabels':{'app':'db'}},"
            + more
            + Sample.template("db", "")
            + "}}");
  }

  private List<String> pods() {
    return world.list(PODS, "default").stream()
        .map(pod -> Nodes.name(pod) + "=" + pod.at("/spec/containers/0/image").asText())
        .sorted()
        .toList();
  }

  private JsonNode status() {
    return world.status(STATEFUL_SETS, "default", "db");
  }

  private void edit(Consumer<ObjectNode> change) {
    world.edit(STATEFUL_SETS, "default", "db", change);
  }

  private void image(String image) {
    edit(d -> ((ObjectNode) d.at("/spec/template/spec/containers/0")).put("image", image));
  }

  @Test
  void pods_comeOneAfterTheOther() {
    world.images.set("app:1", new ImageScenario.Slow(Duration.ofSeconds(10)));
    create(2, "");
    world.seconds(8);
    assertThat(pods()).containsExactly("db-0=app:1");
    world.seconds(30);
    assertThat(pods()).containsExactly("db-0=app:1", "db-1=app:1");
    assertThat(status().path("readyReplicas").asLong()).isEqualTo(2);
    assertThat(status().path("currentRevision").asText())
        .startsWith("db-")
        .isEqualTo(status().path("updateRevision").asText());
    ObjectNode pod = world.get(PODS, "default", "db-1");
    assertThat(pod.at("/spec/hostname").asText()).isEqualTo("db-1");
    assertThat(pod.at("/spec/subdomain").asText()).isEqualTo("db");
    assertThat(Nodes.labels(pod))
        .containsEntry("statefulset.kubernetes.io/pod-name", "db-1")
        .containsEntry("apps.kubernetes.io/pod-index", "1")
        .containsEntry("controller-revision-hash", status().path("updateRevision").asText());
    assertThat(world.events("default", "db"))
        .containsKey("SuccessfulCreate: create Pod db-0 in StatefulSet db successful");
  }

  @Test
  void parallel_doesNotWait() {
    world.images.set("app:1", new ImageScenario.NeverReady());
    create(3, "'podManagementPolicy':'Parallel',");
    world.seconds(1);
    assertThat(pods()).hasSize(3);
    edit(d -> Nodes.object(d, "spec").put("replicas", 1));
    world.seconds(5);
    assertThat(pods()).containsExactly("db-0=app:1");
  }

  @Test
  void update_replacesFromTheHighestNumber_downToThePartition() {
    create(3, "'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'partition':1}},");
    world.seconds(20);
    image("app:2");
    world.seconds(1);
    assertThat(pods()).startsWith("db-0=app:1", "db-1=app:1");
    world.seconds(20);
    assertThat(pods()).containsExactly("db-0=app:1", "db-1=app:2", "db-2=app:2");
    assertThat(status().path("updatedReplicas").asLong()).isEqualTo(2);
    assertThat(status().path("currentReplicas").asLong()).isEqualTo(1);
    edit(d -> Nodes.object(d, "spec", "updateStrategy", "rollingUpdate").put("partition", 0));
    world.seconds(20);
    assertThat(pods()).containsExactly("db-0=app:2", "db-1=app:2", "db-2=app:2");
    assertThat(status().path("currentReplicas").asLong()).isEqualTo(3);
  }

  @Test
  void onDelete_keepsOldPods() {
    create(1, "'updateStrategy':{'type':'OnDelete'},");
    world.seconds(10);
    image("app:2");
    world.seconds(10);
    assertThat(pods()).containsExactly("db-0=app:1");
    world.delete(PODS, "default", "db-0");
    world.seconds(10);
    assertThat(pods()).containsExactly("db-0=app:2");
  }

  @Test
  void scaleDown_takesTheHighestFirst() {
    create(3, "");
    world.seconds(20);
    edit(d -> Nodes.object(d, "spec").put("replicas", 1));
    world.run();
    assertThat(world.list(PODS, "default").stream().filter(Owners::isDeleting).map(Nodes::name))
        .containsExactly("db-2");
    world.seconds(10);
    assertThat(pods()).containsExactly("db-0=app:1");
  }

  @Test
  void podThatEnded_isReplaced() {
    create(1, "");
    world.seconds(10);
    String uid = Nodes.uid(world.get(PODS, "default", "db-0"));
    world.editStatus(
        PODS, "default", "db-0", p -> Nodes.object(p, "status").put("phase", "Failed"));
    world.seconds(10);
    assertThat(Nodes.uid(world.get(PODS, "default", "db-0"))).isNotEqualTo(uid);
  }

  @Test
  void refusedPod_isSaid() {
    world.admission =
        request -> {
          if (request.resource().plural().equals("pods")) {
            throw Statuses.internal("no");
          }
        };
    create(1, "");
    world.seconds(2);
    assertThat(world.events("default", "db"))
        .containsOnlyKeys(
            "FailedCreate: create Pod db-0 in StatefulSet db failed error: Internal error"
                + " occurred: no");
  }
}
