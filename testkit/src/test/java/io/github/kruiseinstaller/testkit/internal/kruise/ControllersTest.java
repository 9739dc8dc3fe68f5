package io.github.kruiseinstaller.testkit.internal.kruise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kruise.World.Box;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.Program.Running;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllersTest {
  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: %2$s.apps.kruise.io
      spec:
        group: apps.kruise.io
        scope: %3$s
        names: {kind: %1$s, plural: %2$s, singular: x, listKind: %1$sList}
        versions:
          - name: v1alpha1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      """;

  private final World world = World.installed();
  private final List<Running> managers = new ArrayList<>();

  @AfterEach
  void stop() {
    managers.forEach(Running::stop);
  }

  private void start(String... arguments) {
    Box box = world.managerBox(arguments);
    managers.add(world.startAndWait(box));
  }

  private void define(String kind, String plural, String scope) {
    world.apply(DEFINITION.formatted(kind, plural, scope));
  }

  private ObjectNode node(String name, boolean ready) {
    ObjectNode node =
        (ObjectNode)
            Json.parse(
                ("{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\""
                        + name
                        + "\",\"labels\":{\"zone\":\"a\"}}}")
                    .getBytes(UTF_8));
    ObjectNode condition =
        Json.object().put("type", "Ready").put("status", ready ? "True" : "False");
    Nodes.object(node, "status").putArray("conditions").add(condition);
    return node;
  }

  @Test
  void everyReadyNode_getsItsObjects() {
    define("NodePodProbe", "nodepodprobes", "Cluster");
    world.add(node("one", true));
    world.add(node("two", false));
    start();
    assertThat(names(Plural.NODE_IMAGES)).containsExactly("one");
    assertThat(names(Plural.NODE_POD_PROBES)).containsExactly("one");
    assertThat(Nodes.labels(world.get(Plural.NODE_IMAGES, "", "one"))).containsEntry("zone", "a");
    world.put(node("two", true));
    assertThat(names(Plural.NODE_IMAGES)).containsExactly("one", "two");
    world.delete(Plural.NODES, "", "one");
    assertThat(names(Plural.NODE_IMAGES)).containsExactly("two");
    assertThat(names(Plural.NODE_POD_PROBES)).containsExactly("two");
    managers.forEach(Running::stop);
    assertThat(names(Plural.NODE_IMAGES)).containsExactly("two");
  }

  @Test
  void withoutDaemon_nodesGetNothing() {
    define("NodePodProbe", "nodepodprobes", "Cluster");
    world.add(node("one", true));
    start("--feature-gates=KruiseDaemon=false");
    assertThat(names(Plural.NODE_IMAGES)).isEmpty();
    assertThat(names(Plural.NODE_POD_PROBES)).isEmpty();
  }

  @Test
  void withoutProbes_nodesStillGetImages() {
    define("NodePodProbe", "nodepodprobes", "Cluster");
    world.add(node("one", true));
    start("--feature-gates=PodProbeMarkerGate=false");
    assertThat(names(Plural.NODE_IMAGES)).containsExactly("one");
    assertThat(names(Plural.NODE_POD_PROBES)).isEmpty();
  }

  private List<String> names(Plural plural) {
    return world.list(plural, "").stream().map(Nodes::name).toList();
  }

  @Test
  void finalizers_arePutOnAndTakenOffWhileAManagerRuns() {
    define("ImagePullJob", "imagepulljobs", "Namespaced");
    Plural jobs = new Plural(Plural.APPS, "imagepulljobs");
    start();
    ObjectNode job =
        (ObjectNode)
            Json.parse(
                ("{\"apiVersion\":\"apps.kruise.io/v1alpha1\",\"kind\":\"ImagePullJob\","
                        + "\"metadata\":{\"name\":\"j\",\"namespace\":\"default\","
                        + "\"finalizers\":[\"x/other\"]}}")
                    .getBytes(UTF_8));
    world.add(job);
    assertThat(finalizers(jobs)).containsExactly("x/other", "apps.kruise.io/deletion-protection");
    world.delete(jobs, "default", "j");
    assertThat(finalizers(jobs)).containsExactly("x/other");
    managers.forEach(Running::stop);
    world.add(
        ((ObjectNode)
            job.deepCopy()
                .set("metadata", Json.object().put("name", "k").put("namespace", "default"))));
    assertThat(world.get(jobs, "default", "k").path("metadata").has("finalizers")).isFalse();
  }

  private List<String> finalizers(Plural jobs) {
    return Nodes.list(world.get(jobs, "default", "j"), "metadata", "finalizers").stream()
        .map(node -> node.asText())
        .toList();
  }

  @Test
  void finalizers_comeWithVersions() {
    assertThat(new Finalizers(world.client(), new ManagerVersion(1, 0, 0)).kinds()).isEmpty();
    assertThat(new Finalizers(world.client(), new ManagerVersion(1, 5, 0)).kinds()).hasSize(2);
    assertThat(new Finalizers(world.client(), new ManagerVersion(1, 8, 0)).kinds()).hasSize(3);
  }
}
