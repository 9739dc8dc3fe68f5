package io.github.kruiseinstaller.testkit.internal.kruise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.kruise.World.Box;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CloneSetControllerTest {
  private final World world = World.installed();
  private final Box box = world.managerBox();
  private final CloneSetController controller =
      new CloneSetController(
          world.surroundings,
          box,
          world.client(),
          ManagerSettings.of(SmallRelease.VERSION, box.pod(), box.spec()),
          new Klog(box, world.timers));

  @BeforeEach
  void start() {
    controller.start();
  }

  @AfterEach
  void stop() {
    controller.stop();
  }

  private ObjectNode cloneSet(int replicas) {
    ObjectNode object =
        (ObjectNode)
            Json.parse(
                """
                {"apiVersion":"apps.kruise.io/v1alpha1","kind":"CloneSet",
                 "metadata":{"name":"web","namespace":"default"},
                 "spec":{"selector":{"matchLabels":{"app":"web"}},
                   "template":{"metadata":{"labels":{"app":"web"},"annotations":{"a":"b"}},
                     "spec":{"containers":[{"name":"main","image":"nginx:1"}]}}}}
                """
                    .getBytes(UTF_8));
    Nodes.object(object, "spec").put("replicas", replicas);
    return object;
  }

  private List<ObjectNode> pods() {
    return world.list(Plural.PODS, "default");
  }

  private JsonNode status() {
    return world.get(Plural.CLONE_SETS, "default", "web").path("status");
  }

  private void ready(ObjectNode pod, boolean value) {
    ObjectNode changed = pod.deepCopy();
    ObjectNode condition =
        Json.object().put("type", "Ready").put("status", value ? "True" : "False");
    Nodes.object(changed, "status").putArray("conditions").add(condition);
    world.put(changed);
  }

  private void allReady() {
    for (ObjectNode pod : pods()) {
      // One that becomes ready may be the end of another.
      world
          .find(Plural.PODS, "default", Nodes.name(pod))
          .ifPresent(present -> ready(present, true));
    }
  }

  private void edit(Consumer<ObjectNode> change) {
    world.edit(Plural.CLONE_SETS, "default", "web", change);
  }

  @Test
  void aCloneSet_runs() {
    world.add(cloneSet(2));
    assertThat(pods()).hasSize(2);
    assertThat(pods())
        .allSatisfy(
            pod -> {
              assertThat(Nodes.name(pod)).matches("web-[a-z0-9]{5}");
              assertThat(Nodes.labels(pod))
                  .containsEntry("app", "web")
                  .containsKeys(
                      "controller-revision-hash",
                      "pod-template-hash",
                      "apps.kruise.io/cloneset-instance-id");
              assertThat(Nodes.texts(pod, "metadata", "annotations")).containsEntry("a", "b");
              assertThat(pod.path("metadata").path("ownerReferences").path(0).path("kind").asText())
                  .isEqualTo("CloneSet");
            });
    assertThat(Nodes.number(-1, status(), "readyReplicas")).isZero();
    allReady();
    assertThat(Nodes.number(0, status(), "readyReplicas")).isEqualTo(2);
    assertThat(Nodes.number(0, status(), "availableReplicas")).isEqualTo(2);
    assertThat(Nodes.number(0, status(), "updatedReplicas")).isEqualTo(2);
    assertThat(Nodes.number(0, status(), "observedGeneration")).isEqualTo(1);
    assertThat(status().path("labelSelector").asText()).isEqualTo("app=web");
    assertThat(status().path("currentRevision")).isEqualTo(status().path("updateRevision"));
    assertThat(world.list(Plural.REVISIONS, "default")).hasSize(1);
    assertThat(world.list(Plural.EVENTS, "default"))
        .extracting(event -> event.path("reason").asText())
        .containsExactly("SuccessfulCreate", "SuccessfulCreate");
  }

  @Test
  void oneThatIsThereAtTheStart_isSeenToo() {
    controller.stop();
    world.add(cloneSet(1));
    assertThat(pods()).isEmpty();
    controller.start();
    assertThat(pods()).hasSize(1);
  }

  @Test
  void aChange_thatIsBeingToldWhenItStops_isNoMatter() {
    controller.stop();
    List<BiConsumer<String, String>> told = new ArrayList<>();
    CloneSetController late =
        new CloneSetController(
            new Surroundings(
                world.resources,
                world.kinds,
                (groupResource, changed) -> {
                  told.add(changed);
                  return () -> {};
                },
                Authorizer.allowingAll(),
                world.network,
                world.timers,
                Runnable::run),
            box,
            world.client(),
            ManagerSettings.of(SmallRelease.VERSION, box.pod(), box.spec()),
            new Klog(box, world.timers));
    late.start();
    late.stop();
    world.add(cloneSet(1));
    told.forEach(changed -> changed.accept("default", "web"));
    assertThat(pods()).isEmpty();
  }

  @Test
  void aLostPod_isReplaced() {
    world.add(cloneSet(2));
    world.delete(Plural.PODS, "default", Nodes.name(pods().get(0)));
    assertThat(pods()).hasSize(2);
  }

  @Test
  void podsOfOthers_doNotCount() {
    ObjectNode stranger =
        (ObjectNode)
            Json.parse(
                ("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\","
                        + "\"namespace\":\"default\",\"ownerReferences\":[{\"uid\":\"other\","
                        + "\"controller\":true}]}}")
                    .getBytes(UTF_8));
    world.add(stranger);
    world.add(cloneSet(1));
    assertThat(pods()).hasSize(2);
  }

  @Test
  void scalingDown_deletesWhatIsNotReadyFirst() {
    world.add(cloneSet(3));
    ObjectNode kept = pods().get(1);
    ready(kept, true);
    edit(object -> Nodes.object(object, "spec").put("replicas", 1));
    assertThat(pods()).extracting(Nodes::name).containsExactly(Nodes.name(kept));
  }

  private void newImage(String image) {
    edit(
        object ->
            ((ObjectNode)
                    object.path("spec").path("template").path("spec").path("containers").path(0))
                .put("image", image));
  }

  private long updated() {
    String revision = status().path("updateRevision").asText();
    return pods().stream().filter(pod -> CloneSetReconciler.isOf(pod, revision)).count();
  }

  @Test
  void aNewTemplate_isRolledOutWithinTheLimits() {
    world.add(cloneSet(5));
    allReady();
    newImage("nginx:2");
    assertThat(pods()).hasSize(5);
    assertThat(updated()).isEqualTo(1);
    assertThat(status().path("currentRevision")).isNotEqualTo(status().path("updateRevision"));
    for (int i = 0; i < 5; i++) {
      allReady();
    }
    assertThat(updated()).isEqualTo(5);
    assertThat(Nodes.number(0, status(), "updatedReadyReplicas")).isEqualTo(5);
    assertThat(status().path("currentRevision")).isEqualTo(status().path("updateRevision"));
    assertThat(world.list(Plural.REVISIONS, "default"))
        .extracting(revision -> Nodes.number(0, revision, "revision"))
        .containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void podsThatAreNotReady_areReplacedBeyondTheLimit() {
    world.add(cloneSet(3));
    newImage("nginx:2");
    assertThat(updated()).isEqualTo(3);
  }

  @Test
  void partition_keepsOldPods() {
    ObjectNode object = cloneSet(4);
    Nodes.object(object, "spec", "updateStrategy").put("partition", "50%").put("maxUnavailable", 4);
    world.add(object);
    allReady();
    newImage("nginx:2");
    allReady();
    assertThat(updated()).isEqualTo(2);
    assertThat(Nodes.number(0, status(), "expectedUpdatedReplicas")).isEqualTo(2);
  }

  @Test
  void paused_replacesNothing() {
    ObjectNode object = cloneSet(2);
    Nodes.object(object, "spec", "updateStrategy").put("paused", true);
    world.add(object);
    newImage("nginx:2");
    assertThat(updated()).isZero();
  }

  @Test
  void minReadySeconds_areWaitedFor() {
    ObjectNode object = cloneSet(1);
    Nodes.object(object, "spec").put("minReadySeconds", 5);
    world.add(object);
    allReady();
    assertThat(Nodes.number(-1, status(), "availableReplicas")).isZero();
    world.advance(4_900);
    assertThat(Nodes.number(-1, status(), "availableReplicas")).isZero();
    world.advance(200);
    assertThat(Nodes.number(-1, status(), "availableReplicas")).isEqualTo(1);
    pods().forEach(pod -> ready(pod, false));
    assertThat(Nodes.number(-1, status(), "readyReplicas")).isZero();
  }

  @Test
  void aRefusedPod_isReportedAndTriedAgain() {
    world.resources.refuse(
        write ->
            write.startsWith("create pods")
                ? Optional.of(Statuses.internal("failed calling webhook"))
                : Optional.empty());
    world.add(cloneSet(1));
    assertThat(pods()).isEmpty();
    assertThat(world.list(Plural.EVENTS, "default").get(0).path("reason").asText())
        .isEqualTo("FailedCreate");
    assertThat(Nodes.number(0, status(), "observedGeneration")).isEqualTo(1);
    assertThat(box.said("Reconciler error cloneset default/web: Internal error")).isTrue();
    world.resources.refuse(write -> Optional.empty());
    world.advance(1_000);
    assertThat(pods()).hasSize(1);
  }

  @Test
  void aRefusedDeletion_isReported() {
    world.add(cloneSet(2));
    world.resources.refuse(
        write ->
            write.startsWith("delete pods") || write.startsWith("create events x")
                ? Optional.of(Statuses.forbidden("", "pods", "", "no"))
                : Optional.empty());
    edit(object -> Nodes.object(object, "spec").put("replicas", 0));
    assertThat(pods()).hasSize(2);
    assertThat(world.list(Plural.EVENTS, "default"))
        .anySatisfy(event -> assertThat(event.path("reason").asText()).isEqualTo("FailedDelete"));
  }

  @Test
  void aPodThatIsGoneAlready_isNoFailure() {
    world.add(cloneSet(1));
    world.resources.refuse(
        write ->
            write.startsWith("delete pods")
                ? Optional.of(Statuses.notFound("", "pods", "x"))
                : Optional.empty());
    edit(object -> Nodes.object(object, "spec").put("replicas", 0));
    assertThat(box.log).isEmpty();
  }

  @Test
  void aLostEvent_isNoFailure() {
    world.resources.refuse(
        write ->
            write.startsWith("create events")
                ? Optional.of(Statuses.forbidden("", "events", "", "no"))
                : Optional.empty());
    world.add(cloneSet(1));
    assertThat(pods()).hasSize(1);
    assertThat(box.log).isEmpty();
  }

  @Test
  void oneThatIsBeingDeleted_isLeftAlone() {
    ObjectNode object = cloneSet(1);
    Nodes.object(object, "metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");
    Nodes.object(object, "metadata").putArray("finalizers").add("x/y");
    world.add(object);
    assertThat(pods()).isEmpty();
    world.add(
        cloneSet(1)
            .deepCopy()
            .put("kind", "CloneSet")
            .set("metadata", Json.object().put("name", "two").put("namespace", "default")));
    assertThat(pods()).hasSize(1);
    world.delete(Plural.CLONE_SETS, "default", "two");
    assertThat(pods()).hasSize(1);
  }
}
