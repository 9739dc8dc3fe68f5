package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DEPLOYMENTS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.ENDPOINTS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.ENDPOINT_SLICES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.REPLICA_SETS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SERVICES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import org.junit.jupiter.api.Test;

class DeploymentControllerTest {
  private final World world = new World();

  static String deployment(String name, int replicas) {
    return """
    {"apiVersion":"apps/v1","kind":"Deployment",
     "metadata":{"name":"%s","namespace":"default","labels":{"app":"%s"}},
     "spec":{"replicas":%d,"selector":{"matchLabels":{"app":"%s"}},
      "progressDeadlineSeconds":600,"revisionHistoryLimit":10,
      "strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%%","maxUnavailable":"25%%"}},
      "template":{"metadata":{"labels":{"app":"%s"}},
       "spec":{"containers":[{"name":"main","image":"app:1",
         "ports":[{"name":"web","containerPort":8080}]}]}}}}
    """
        .formatted(name, name, replicas, name, name);
  }

  private ObjectNode status() {
    return (ObjectNode) world.get(DEPLOYMENTS, "default", "web").path("status");
  }

  private static String condition(JsonNode status, String type) {
    return Conditions.find(status, type)
        .map(
            c ->
                c.path("status").asText()
                    + " "
                    + c.path("reason").asText()
                    + ": "
                    + c.path("message").asText())
        .orElse("none");
  }

  @Test
  void aDeploymentBecomesAvailableAndItsServiceGetsEndpoints() {
    world.create(DEPLOYMENTS, deployment("web", 2));
    world.create(
        SERVICES,
        """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"default"},
         "spec":{"clusterIP":"10.96.0.9","selector":{"app":"web"},
          "ports":[{"name":"http","port":80,"targetPort":"web","protocol":"TCP"}]}}
        """);
    world.seconds(5);

    ObjectNode set = world.list(REPLICA_SETS, "default").get(0);
    assertThat(status().path("availableReplicas").asLong()).isEqualTo(2);
    assertThat(status().path("observedGeneration").asLong()).isEqualTo(1);
    assertThat(status().has("unavailableReplicas")).isFalse();
    assertThat(condition(status(), "Available"))
        .isEqualTo("True MinimumReplicasAvailable: Deployment has minimum availability.");
    assertThat(condition(status(), "Progressing"))
        .isEqualTo(
            "True NewReplicaSetAvailable: ReplicaSet \""
                + Nodes.name(set)
                + "\" has successfully progressed.");
    assertThat(world.get(DEPLOYMENTS, "default", "web").path("metadata").path("annotations"))
        .hasToString("{\"deployment.kubernetes.io/revision\":\"1\"}");
    assertThat(world.events("default", "web"))
        .containsEntry(
            "ScalingReplicaSet: Scaled up replica set " + Nodes.name(set) + " from 0 to 2", 1L);

    JsonNode slice =
        world.list(ENDPOINT_SLICES, "default").stream()
            .filter(
                s -> Nodes.labels(s).getOrDefault("kubernetes.io/service-name", "").equals("web"))
            .findFirst()
            .orElseThrow();
    assertThat(slice.path("endpoints")).hasSize(2);
    assertThat(slice.path("endpoints").get(0).path("conditions"))
        .hasToString("{\"ready\":true,\"serving\":true,\"terminating\":false}");
    assertThat(slice.path("ports"))
        .hasToString("[{\"name\":\"http\",\"port\":8080,\"protocol\":\"TCP\"}]");
    JsonNode subset = world.get(ENDPOINTS, "default", "web").path("subsets").get(0);
    assertThat(subset.path("addresses")).hasSize(2);
    assertThat(world.list(PODS, "default")).allMatch(Pods::isReady);
  }
}
