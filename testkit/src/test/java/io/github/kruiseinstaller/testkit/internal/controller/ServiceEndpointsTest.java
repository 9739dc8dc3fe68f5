package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.ENDPOINTS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.ENDPOINT_SLICES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SERVICES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.ImageScenario;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceEndpointsTest {
  private static final String PORT =
      ",'ports':[{'name':'http','port':80,'targetPort':'web','protocol':'TCP'}]";

  private final World world = new World();

  private void pod(String name, int port) {
    world.create(
        PODS,
        "{'metadata':{'name':'"
            + name
            + "','namespace':'default','labels':{'app':'web'}},'spec':{'containers':["
            + Sample.container(
                "main", "app:1", ",'ports':[{'name':'web','containerPort':" + port + "}]")
            + "]}}");
  }

  private List<ObjectNode> slices(String service) {
    return world.list(ENDPOINT_SLICES, "default").stream()
        .filter(s -> Nodes.labels(s).getOrDefault("kubernetes.io/service-name", "").equals(service))
        .toList();
  }

  private JsonNode subsets() {
    return world.get(ENDPOINTS, "default", "web").path("subsets");
  }

  private static String conditions(JsonNode slice, int index) {
    return slice.path("endpoints").path(index).path("conditions").toString();
  }

  @Test
  void serviceWithoutPods_hasAnEmptySliceAndNoSubsets() {
    world.create(SERVICES, Sample.service("web", PORT));
    world.seconds(1);
    assertThat(slices("web")).hasSize(1);
    assertThat(slices("web").get(0).path("endpoints")).isEmpty();
    assertThat(subsets()).isEmpty();
    assertThat(Nodes.name(slices("web").get(0))).startsWith("web-");
    assertThat(Nodes.labels(slices("web").get(0)))
        .containsEntry("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io");
  }

  @Test
  void readyPod_isAnEndpointWithItsNamedPort() {
    world.create(SERVICES, Sample.service("web", PORT));
    pod("a", 8080);
    world.seconds(5);
    JsonNode slice = slices("web").get(0);
    assertThat(slice.path("ports"))
        .hasToString("[{\"name\":\"http\",\"protocol\":\"TCP\",\"port\":8080}]");
    assertThat(conditions(slice, 0))
        .isEqualTo("{\"ready\":true,\"serving\":true,\"terminating\":false}");
    assertThat(slice.path("endpoints").path(0).path("targetRef").path("name").asText())
        .isEqualTo("a");
    assertThat(slice.path("endpoints").path(0).path("nodeName").asText()).isEqualTo("node-1");
    assertThat(subsets().path(0).path("addresses").path(0).path("ip").asText())
        .isEqualTo(world.status(PODS, "default", "a").path("podIP").asText());
    assertThat(subsets().path(0).path("ports").path(0).path("port").asInt()).isEqualTo(8080);
  }

  @Test
  void podThatIsNotReady_isNotReadyThereEither() {
    world.images.set("app:1", new ImageScenario.NeverReady());
    world.create(SERVICES, Sample.service("web", PORT));
    pod("a", 8080);
    world.seconds(5);
    assertThat(conditions(slices("web").get(0), 0))
        .isEqualTo("{\"ready\":false,\"serving\":false,\"terminating\":false}");
    assertThat(subsets().path(0).has("addresses")).isFalse();
    assertThat(subsets().path(0).path("notReadyAddresses")).hasSize(1);
  }

  @Test
  void podThatGoes_isTerminatingThenGone() {
    world.create(SERVICES, Sample.service("web", PORT));
    world.create(
        PODS,
        "{'metadata':{'name':'a','namespace':'default','labels':{'app':'web'}},'spec':{'containers':["
            + Sample.container(
                "main",
                "app:1",
                ",'ports':[{'name':'web','containerPort':80}],'lifecycle':{'preStop':{'sleep':{'seconds':5}}}")
            + "]}}");
    world.seconds(5);
    world.delete(PODS, "default", "a");
    world.seconds(2);
    assertThat(conditions(slices("web").get(0), 0))
        .isEqualTo("{\"ready\":false,\"serving\":true,\"terminating\":true}");
    assertThat(subsets()).isEmpty();
    world.seconds(10);
    assertThat(slices("web").get(0).path("endpoints")).isEmpty();
  }

  @Test
  void endpoints_comeAfterTheirDelay() {
    world.create(SERVICES, Sample.service("web", PORT));
    pod("a", 8080);
    boolean late = false;
    for (int i = 0; i < 500; i++) {
      world.pass(Duration.ofMillis(10));
      late |= Pods.isReady(world.get(PODS, "default", "a")) && !subsets().path(0).has("addresses");
    }
    assertThat(late).isTrue();
    assertThat(subsets().path(0).path("addresses")).hasSize(1);
  }

  @Test
  void podsWithOtherPorts_getASliceOfTheirOwn() {
    world.create(SERVICES, Sample.service("web", PORT));
    pod("a", 8080);
    pod("b", 9090);
    world.seconds(5);
    assertThat(slices("web"))
        .extracting(slice -> slice.path("ports").path(0).path("port").asInt())
        .containsExactlyInAnyOrder(8080, 9090);
    assertThat(subsets()).hasSize(2);
    world.delete(PODS, "default", "a");
    world.seconds(5);
    assertThat(slices("web"))
        .extracting(slice -> slice.path("ports").path(0).path("port").asInt())
        .containsExactly(9090);
  }

  @Test
  void headlessService_publishesPodsThatAreNotReady() {
    world.images.set("app:1", new ImageScenario.NeverReady());
    world.create(
        SERVICES, Sample.service("web", ",'clusterIP':'None','publishNotReadyAddresses':true"));
    pod("a", 8080);
    world.seconds(5);
    assertThat(conditions(slices("web").get(0), 0))
        .isEqualTo("{\"ready\":true,\"serving\":false,\"terminating\":false}");
    assertThat(Nodes.labels(slices("web").get(0)))
        .containsEntry("service.kubernetes.io/headless", "");
    assertThat(subsets().path(0).path("addresses")).hasSize(1);
    assertThat(subsets().path(0).has("ports")).isFalse();
  }

  @Test
  void selectorThatChanges_changesTheEndpoints() {
    world.create(SERVICES, Sample.service("web", PORT));
    pod("a", 8080);
    world.seconds(5);
    world.edit(
        SERVICES, "default", "web", s -> Nodes.object(s, "spec", "selector").put("hash", "new"));
    world.seconds(1);
    assertThat(slices("web").get(0).path("endpoints")).isEmpty();
    world.edit(PODS, "default", "a", p -> Nodes.object(p, "metadata", "labels").put("hash", "new"));
    world.seconds(1);
    assertThat(slices("web").get(0).path("endpoints")).hasSize(1);
  }

  @Test
  void serviceThatGoes_takesItsEndpointsAlong() {
    world.create(SERVICES, Sample.service("web", PORT));
    world.seconds(1);
    world.delete(SERVICES, "default", "web");
    world.seconds(2);
    assertThat(slices("web")).isEmpty();
    assertThat(world.find(ENDPOINTS, "default", "web")).isEmpty();
  }

  @Test
  void sliceThatSomebodyDeletes_comesBack() {
    world.create(SERVICES, Sample.service("web", PORT));
    world.seconds(1);
    world.delete(ENDPOINT_SLICES, "default", Nodes.name(slices("web").get(0)));
    world.seconds(1);
    assertThat(slices("web")).hasSize(1);
  }

  @Test
  void serviceWithoutSelector_isLeftToOthers() {
    world.create(
        SERVICES,
        "{'metadata':{'name':'own','namespace':'default'},'spec':{'ports':[{'port':80}]}}");
    world.seconds(1);
    assertThat(slices("own")).isEmpty();
    assertThat(world.find(ENDPOINTS, "default", "own")).isEmpty();
  }

  @Test
  void servicePort_isResolvedOnThePod() {
    ObjectNode service =
        World.json(
            "{'spec':{'ports':[{'name':'a','port':80},{'name':'b','port':81,'targetPort':9000,'appProtocol':'h2c'},"
                + "{'name':'c','port':82,'targetPort':'nosuch'},{'name':'d','port':83,'targetPort':'dns','protocol':'UDP'}]}}");
    ObjectNode pod =
        World.json(
            "{'spec':{'containers':[{'ports':[{'name':'dns','containerPort':53},{'name':'dns','containerPort':54,'protocol':'UDP'}]}]}}");
    assertThat(ServicePods.ports(service, pod))
        .extracting(port -> port.path("name").asText() + port.path("port").asInt())
        .containsExactly("a80", "b9000", "d54");
  }

  @Test
  void theApiServersOwnService_isThere() {
    assertThat(world.get(SERVICES, "default", "kubernetes").at("/spec/clusterIP").asText())
        .isEqualTo("10.96.0.1");
    assertThat(world.get(ENDPOINTS, "default", "kubernetes").path("subsets")).hasSize(1);
    assertThat(slices("kubernetes")).hasSize(1);
  }
}
