package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DEPLOYMENTS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.REPLICA_SETS;
import static io.github.kruiseinstaller.testkit.internal.controller.World.condition;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.ImageScenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DeploymentControllerTest {
  private final World world = new World();

  private JsonNode status() {
    return world.status(DEPLOYMENTS, "default", "web");
  }

  private void edit(Consumer<ObjectNode> change) {
    world.edit(DEPLOYMENTS, "default", "web", change);
  }

  private void image(String image) {
    edit(d -> ((ObjectNode) d.at("/spec/template/spec/containers/0")).put("image", image));
  }

  /** The ReplicaSet of an image. */
  private ObjectNode set(String image) {
    return world.list(REPLICA_SETS, "default").stream()
        .filter(set -> set.at("/spec/template/spec/containers/0/image").asText().equals(image))
        .findFirst()
        .orElseThrow();
  }

  private long size(String image) {
    return set(image).path("spec").path("replicas").asLong();
  }

  private void create(int replicas, String more) {
    world.create(DEPLOYMENTS, Sample.deployment("web", replicas, more));
  }

  @Test
  void create_whenPodsBecomeReady_isAvailableAndComplete() {
    create(2, "");
    world.seconds(15);

    String set = Nodes.name(set("app:1"));
    assertThat(set).startsWith("web-");
    assertThat(Nodes.labels(set("app:1"))).containsEntry("pod-template-hash", set.substring(4));
    assertThat(status().path("availableReplicas").asLong()).isEqualTo(2);
    assertThat(status().path("readyReplicas").asLong()).isEqualTo(2);
    assertThat(status().path("updatedReplicas").asLong()).isEqualTo(2);
    assertThat(status().path("observedGeneration").asLong()).isEqualTo(1);
    assertThat(status().has("unavailableReplicas")).isFalse();
    assertThat(condition(status(), "Available"))
        .isEqualTo("True MinimumReplicasAvailable: Deployment has minimum availability.");
    assertThat(condition(status(), "Progressing"))
        .isEqualTo(
            "True NewReplicaSetAvailable: ReplicaSet \"" + set + "\" has successfully progressed.");
    assertThat(Nodes.texts(world.get(DEPLOYMENTS, "default", "web"), "metadata", "annotations"))
        .containsEntry("deployment.kubernetes.io/revision", "1");
    assertThat(Nodes.texts(set("app:1"), "metadata", "annotations"))
        .containsEntry("deployment.kubernetes.io/revision", "1")
        .containsEntry("deployment.kubernetes.io/desired-replicas", "2")
        .containsEntry("deployment.kubernetes.io/max-replicas", "3");
    assertThat(world.events("default", "web"))
        .containsExactly(
            Map.entry("ScalingReplicaSet: Scaled up replica set " + set + " from 0 to 2", 1L));
  }

  @Test
  void create_beforePodsAreReady_saysSo() {
    world.images.set("app:*", new ImageScenario.NeverReady());
    create(4, "");
    world.seconds(20);

    assertThat(status().path("unavailableReplicas").asLong()).isEqualTo(4);
    assertThat(status().has("availableReplicas")).isFalse();
    assertThat(condition(status(), "Available"))
        .isEqualTo(
            "False MinimumReplicasUnavailable: Deployment does not have minimum availability.");
    assertThat(condition(status(), "Progressing"))
        .startsWith("True ReplicaSetUpdated: ReplicaSet \"web-");
  }

  @Test
  void progressDeadline_whenNothingMoves_isExceededOnTime() {
    world.images.set("app:*", new ImageScenario.NeverReady());
    create(1, "'progressDeadlineSeconds':60,");
    world.seconds(55);
    assertThat(condition(status(), "Progressing")).startsWith("True ReplicaSetUpdated");
    world.seconds(10);

    assertThat(condition(status(), "Progressing"))
        .startsWith("False ProgressDeadlineExceeded: ReplicaSet \"web-")
        .endsWith("\" has timed out progressing.");

    world.images.clear();
    world.list(PODS, "default").forEach(pod -> world.delete(PODS, "default", Nodes.name(pod)));
    world.seconds(60);
    assertThat(condition(status(), "Progressing")).startsWith("True NewReplicaSetAvailable");
  }

  @Test
  void update_rollsWithinSurgeAndUnavailable() {
    create(4, "");
    world.seconds(15);
    image("app:2");
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      world.pass(Duration.ofMillis(50));
      long total = world.list(PODS, "default").stream().filter(Pods::isActive).count();
      long ready =
          world.list(PODS, "default").stream().filter(Pods::isActive).filter(Pods::isReady).count();
      assertThat(total).isLessThanOrEqualTo(5);
      assertThat(ready).isGreaterThanOrEqualTo(3);
      seen.add(size("app:1") + "+" + size("app:2"));
    }
    assertThat(seen).contains("3+2").endsWith("0+4");
    assertThat(status().path("updatedReplicas").asLong()).isEqualTo(4);
    assertThat(DeploymentSpec.revision(set("app:2"))).isEqualTo(2);
    assertThat(world.list(PODS, "default")).hasSize(4);
  }

  @Test
  void update_whenNewPodsNeverBecomeReady_keepsTheOldOnes() {
    create(4, "");
    world.seconds(15);
    world.images.set("app:2", new ImageScenario.NeverReady());
    image("app:2");
    world.seconds(120);

    assertThat(size("app:1")).isEqualTo(3);
    assertThat(size("app:2")).isEqualTo(2);
    assertThat(condition(status(), "Available")).startsWith("True");
  }

  @Test
  void update_whenOldPodsAreUnhealthy_dropsThoseFirst() {
    world.images.set("app:1", new ImageScenario.NeverReady());
    create(4, "");
    world.seconds(15);
    image("app:2");
    world.seconds(1);

    assertThat(size("app:1")).isLessThanOrEqualTo(3);
    world.seconds(30);
    assertThat(size("app:1")).isZero();
    assertThat(status().path("availableReplicas").asLong()).isEqualTo(4);
  }

  @Test
  void update_backToAnOldTemplate_takesItsReplicaSetAndKeepsItsRevisions() {
    create(1, "");
    world.seconds(15);
    image("app:2");
    world.seconds(20);
    image("app:1");
    world.seconds(20);

    assertThat(world.list(REPLICA_SETS, "default")).hasSize(2);
    assertThat(size("app:1")).isEqualTo(1);
    assertThat(Nodes.texts(set("app:1"), "metadata", "annotations"))
        .containsEntry("deployment.kubernetes.io/revision", "3")
        .containsEntry("deployment.kubernetes.io/revision-history", "1");
  }

  @Test
  void history_beyondTheLimit_isDropped() {
    create(1, "'revisionHistoryLimit':1,");
    world.seconds(15);
    for (int i = 2; i <= 4; i++) {
      image("app:" + i);
      world.seconds(30);
    }
    assertThat(world.list(REPLICA_SETS, "default"))
        .extracting(set -> set.at("/spec/template/spec/containers/0/image").asText())
        .containsExactlyInAnyOrder("app:3", "app:4");
  }

  @Test
  void recreate_endsAllOldPodsBeforeANewOneStarts() {
    create(2, "'strategy':{'type':'Recreate'},");
    world.seconds(15);
    image("app:2");
    boolean both = false;
    for (int i = 0; i < 200; i++) {
      world.pass(Duration.ofMillis(50));
      List<String> images =
          world.list(PODS, "default").stream()
              .map(pod -> pod.at("/spec/containers/0/image").asText())
              .distinct()
              .toList();
      both |= images.size() > 1;
    }
    assertThat(both).isFalse();
    assertThat(status().path("updatedReplicas").asLong()).isEqualTo(2);
    assertThat(world.list(PODS, "default")).hasSize(2);
  }

  @Test
  void scale_changesTheReplicaSetWithoutANewRevision() {
    create(1, "");
    world.seconds(15);
    edit(d -> Nodes.object(d, "spec").put("replicas", 3));
    world.seconds(15);

    assertThat(size("app:1")).isEqualTo(3);
    assertThat(status().path("availableReplicas").asLong()).isEqualTo(3);
    assertThat(world.events("default", "web"))
        .containsKey(
            "ScalingReplicaSet: Scaled up replica set "
                + Nodes.name(set("app:1"))
                + " from 1 to 3");
    edit(d -> Nodes.object(d, "spec").put("replicas", 0));
    world.seconds(15);
    assertThat(world.list(PODS, "default")).isEmpty();
    assertThat(status().has("replicas")).isFalse();
  }

  @Test
  void scale_inTheMiddleOfARollOut_spreadsOverBothReplicaSets() {
    create(
        10,
        "'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':3,'maxUnavailable':2}},");
    world.seconds(20);
    world.images.set("app:2", new ImageScenario.NeverReady());
    image("app:2");
    world.seconds(20);
    assertThat(size("app:1")).isEqualTo(8);
    assertThat(size("app:2")).isEqualTo(5);
    edit(d -> Nodes.object(d, "spec").put("replicas", 15));
    world.run();

    assertThat(size("app:1")).isEqualTo(11);
    assertThat(size("app:2")).isEqualTo(7);
  }

  @Test
  void pause_holdsTheTemplateButNotTheSize() {
    create(1, "");
    world.seconds(15);
    edit(d -> Nodes.object(d, "spec").put("paused", true));
    image("app:2");
    edit(d -> Nodes.object(d, "spec").put("replicas", 2));
    world.seconds(15);

    assertThat(world.list(REPLICA_SETS, "default")).hasSize(1);
    assertThat(size("app:1")).isEqualTo(2);
    assertThat(condition(status(), "Progressing"))
        .isEqualTo("Unknown DeploymentPaused: Deployment is paused");
    edit(d -> Nodes.object(d, "spec").remove("paused"));
    world.seconds(30);
    assertThat(size("app:2")).isEqualTo(2);
    assertThat(condition(status(), "Progressing")).startsWith("True NewReplicaSetAvailable");
  }

  @Test
  void minReadySeconds_delaysAvailability() {
    create(1, "'minReadySeconds':30,");
    world.seconds(20);
    assertThat(status().path("readyReplicas").asLong()).isEqualTo(1);
    assertThat(status().has("availableReplicas")).isFalse();
    world.seconds(30);
    assertThat(status().path("availableReplicas").asLong()).isEqualTo(1);
  }

  @Test
  void create_whenTheReplicaSetIsRefused_saysSoAndTriesAgain() {
    world.admission =
        request -> {
          if (request.resource().plural().equals("replicasets")) {
            throw Statuses.forbidden("apps", "replicasets", request.name(), "not today");
          }
        };
    create(1, "");
    world.seconds(1);
    assertThat(condition(status(), "Progressing"))
        .startsWith("False ReplicaSetCreateError: Failed to create new replica set \"web-")
        .endsWith("not today");
    assertThat(world.events("default", "web")).hasSize(1);

    world.admission = request -> {};
    world.seconds(20);
    assertThat(status().path("availableReplicas").asLong()).isEqualTo(1);
  }

  @Test
  void create_whenThePodsAreRefused_carriesTheFailureOfTheReplicaSet() {
    world.admission =
        request -> {
          if (request.resource().plural().equals("pods")) {
            throw Statuses.internal("failed calling webhook \"mpod.kb.io\": connection refused");
          }
        };
    create(1, "");
    world.seconds(1);
    assertThat(condition(status(), "ReplicaFailure"))
        .isEqualTo(
            "True FailedCreate: Internal error occurred: failed calling webhook \"mpod.kb.io\":"
                + " connection refused");
    world.admission = request -> {};
    world.seconds(60);
    assertThat(condition(status(), "ReplicaFailure")).isEqualTo("none");
    assertThat(status().path("availableReplicas").asLong()).isEqualTo(1);
  }

  @Test
  void create_whenAnotherOwnerHasTheName_takesAnotherHash() {
    create(1, "'paused':true,");
    world.seconds(1);
    String hash =
        PodTemplates.hash(
            world.get(DEPLOYMENTS, "default", "web").path("spec").path("template"), 0);
    world.create(
        REPLICA_SETS,
        "{'metadata':{'name':'web-"
            + hash
            + "','namespace':'default'},'spec':{'replicas':0,'selector':{'matchLabels':{'a':'b'}},"
            + "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'x','image':'x'}]}}}}");
    edit(d -> Nodes.object(d, "spec").remove("paused"));
    world.seconds(20);

    assertThat(status().path("collisionCount").asLong()).isEqualTo(1);
    assertThat(status().path("availableReplicas").asLong()).isEqualTo(1);
    assertThat(Nodes.name(set("app:1"))).isNotEqualTo("web-" + hash);
  }

  @Test
  void delete_inTheBackground_takesEverythingWithIt() {
    create(2, "");
    world.seconds(15);
    world.delete(DEPLOYMENTS, "default", "web");
    world.seconds(10);

    assertThat(world.list(REPLICA_SETS, "default")).isEmpty();
    assertThat(world.list(PODS, "default")).isEmpty();
  }

  @Test
  void orphanedReplicaSet_isAdopted() {
    create(1, "");
    world.seconds(15);
    world.delete(DEPLOYMENTS, "default", "web", "Orphan");
    world.seconds(5);
    assertThat(world.find(DEPLOYMENTS, "default", "web")).isEmpty();
    assertThat(Owners.controller(set("app:1"))).isEmpty();

    create(1, "");
    world.seconds(15);
    assertThat(world.list(REPLICA_SETS, "default")).hasSize(1);
    assertThat(Owners.controls(world.get(DEPLOYMENTS, "default", "web"), set("app:1"))).isTrue();
    assertThat(world.list(PODS, "default")).hasSize(1);
  }
}
