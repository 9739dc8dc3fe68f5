package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.REPLICA_SETS;
import static io.github.kruiseinstaller.testkit.internal.controller.World.condition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchRuntimeException;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.ImageScenario;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReplicaSetControllerTest {
  private final World world = new World();
  private final AtomicInteger tries = new AtomicInteger();

  private void refusePods() {
    world.admission =
        request -> {
          if (request.resource().plural().equals("pods")
              && request.operation() == Admission.Operation.CREATE
              && request.subresource().isEmpty()) {
            tries.incrementAndGet();
            throw Statuses.internal("failed calling webhook \"mpod.kb.io\": EOF");
          }
        };
  }

  private void create(int replicas) {
    world.create(
        REPLICA_SETS,
        "{'metadata':{'name':'rs','namespace':'default'},'spec':{'replicas':"
            + replicas
            + ",'selector':{'matchLabels':{'app':'rs'}},"
            + Sample.template("rs", "")
            + "}}");
  }

  private JsonNode status() {
    return world.status(REPLICA_SETS, "default", "rs");
  }

  @Test
  void create_makesPodsThatItOwns() {
    create(3);
    world.seconds(15);

    assertThat(world.list(PODS, "default"))
        .hasSize(3)
        .allMatch(pod -> Nodes.name(pod).startsWith("rs-"))
        .allMatch(pod -> Owners.controls(world.get(REPLICA_SETS, "default", "rs"), pod));
    assertThat(status().path("fullyLabeledReplicas").asLong()).isEqualTo(3);
    assertThat(world.events("default", "rs"))
        .hasSize(3)
        .allSatisfy(
            (text, count) -> assertThat(text).startsWith("SuccessfulCreate: Created pod: rs-"));
  }

  @Test
  void refusedPods_areTriedAgainWithBackOffAndSaySo() {
    refusePods();
    create(2);
    world.seconds(1);
    // At once, once more because its own status changed, then after 5, 10, ... ms.
    assertThat(tries.get()).isBetween(8, 10);
    assertThat(condition(status(), "ReplicaFailure"))
        .isEqualTo(
            "True FailedCreate: Internal error occurred: failed calling webhook \"mpod.kb.io\":"
                + " EOF");
    assertThat(world.events("default", "rs"))
        .containsOnlyKeys(
            "FailedCreate: Error creating: Internal error occurred: failed calling webhook"
                + " \"mpod.kb.io\": EOF");

    int before = tries.get();
    world.seconds(240);
    assertThat(tries.get() - before).isBetween(6, 9);
    world.admission = request -> {};
    world.seconds(30);
    assertThat(world.list(PODS, "default")).isEmpty();

    // Any change of the object makes it look again at once.
    world.edit(
        REPLICA_SETS,
        "default",
        "rs",
        set -> Nodes.object(set, "metadata", "annotations").put("poke", "1"));
    world.run();
    assertThat(world.list(PODS, "default")).hasSize(2);
    assertThat(condition(status(), "ReplicaFailure")).isEqualTo("none");
  }

  @Test
  void slowStart_stopsAfterABatchThatFails() {
    refusePods();
    create(10);
    world.run();
    // One pod per look, never ten.
    assertThat(tries.get()).isLessThanOrEqualTo(3);
  }

  @Test
  void slowStart_triesTheWholeBatch() {
    AtomicInteger done = new AtomicInteger();
    RuntimeException thrown =
        catchRuntimeException(
            () ->
                SlowStart.run(
                    10,
                    i -> {
                      done.incrementAndGet();
                      if (i == 1 || i == 2) {
                        throw new IllegalStateException("number " + i);
                      }
                    }));
    assertThat(thrown).hasMessage("number 1");
    assertThat(done.get()).isEqualTo(3);
  }

  @Test
  void scaleDown_dropsPodsThatAreNotReadyFirst() {
    create(1);
    world.seconds(15);
    String ready = Nodes.name(world.list(PODS, "default").get(0));
    world.images.set("app:1", new ImageScenario.NeverReady());
    world.edit(REPLICA_SETS, "default", "rs", s -> Nodes.object(s, "spec").put("replicas", 3));
    world.seconds(15);
    world.edit(REPLICA_SETS, "default", "rs", s -> Nodes.object(s, "spec").put("replicas", 1));
    world.seconds(15);

    assertThat(world.list(PODS, "default")).extracting(Nodes::name).containsExactly(ready);
    assertThat(world.events("default", "rs").keySet())
        .filteredOn(text -> text.startsWith("SuccessfulDelete: Deleted pod: rs-"))
        .hasSize(2);
  }

  @Test
  void scaleDown_heedsTheCostOfAPod() {
    create(2);
    world.seconds(15);
    String dear = Nodes.name(world.list(PODS, "default").get(0));
    world.edit(
        PODS,
        "default",
        dear,
        pod ->
            Nodes.object(pod, "metadata", "annotations")
                .put("controller.kubernetes.io/pod-deletion-cost", "100"));
    world.edit(REPLICA_SETS, "default", "rs", s -> Nodes.object(s, "spec").put("replicas", 1));
    world.seconds(15);
    assertThat(world.list(PODS, "default")).extracting(Nodes::name).containsExactly(dear);
  }

  @Test
  void podThatIsDeleted_isReplaced() {
    create(1);
    world.seconds(15);
    String first = Nodes.name(world.list(PODS, "default").get(0));
    world.delete(PODS, "default", first);
    world.seconds(15);
    List<String> names = world.list(PODS, "default").stream().map(Nodes::name).toList();
    assertThat(names).hasSize(1).doesNotContain(first);
  }

  @Test
  void podWhoseLabelChanges_isLetGoAndReplaced_andTakenBack() {
    create(1);
    world.seconds(15);
    String first = Nodes.name(world.list(PODS, "default").get(0));
    world.edit(
        PODS, "default", first, pod -> Nodes.object(pod, "metadata", "labels").put("app", "x"));
    world.seconds(15);
    assertThat(Owners.controller(world.get(PODS, "default", first))).isEmpty();
    assertThat(world.list(PODS, "default")).hasSize(2);

    world.edit(
        PODS, "default", first, pod -> Nodes.object(pod, "metadata", "labels").put("app", "rs"));
    world.seconds(15);
    assertThat(world.list(PODS, "default")).hasSize(1);
  }

  @Test
  void deletionThatIsRefused_saysSo() {
    create(1);
    world.seconds(15);
    world.admission =
        request -> {
          if (request.operation() == Admission.Operation.DELETE) {
            throw Statuses.forbidden("", "pods", request.name(), "kept");
          }
        };
    world.edit(REPLICA_SETS, "default", "rs", s -> Nodes.object(s, "spec").put("replicas", 0));
    world.seconds(1);
    assertThat(condition(status(), "ReplicaFailure")).startsWith("True FailedDelete: pods");
    assertThat(world.events("default", "rs").keySet())
        .anyMatch(text -> text.startsWith("FailedDelete: Error deleting: pods \"rs-"));
  }
}
