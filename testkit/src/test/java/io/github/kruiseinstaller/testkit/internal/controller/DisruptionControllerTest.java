package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DEPLOYMENTS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DISRUPTION_BUDGETS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.World.condition;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisruptionControllerTest {
  private final World world = new World();

  private JsonNode budget(String rule) {
    world.create(DEPLOYMENTS, Sample.deployment("web", 4, ""));
    world.create(
        DISRUPTION_BUDGETS,
        "{'metadata':{'name':'pdb','namespace':'default'},'spec':{"
            + rule
            + ",'selector':{'matchLabels':{'app':'web'}}}}");
    world.seconds(20);
    return world.status(DISRUPTION_BUDGETS, "default", "pdb");
  }

  @ParameterizedTest
  @CsvSource({
    "'''minAvailable'':3', 4, 3, 1",
    "'''minAvailable'':''60%''', 4, 3, 1",
    "'''maxUnavailable'':1', 4, 3, 1",
    "'''maxUnavailable'':''30%''', 4, 2, 2",
    "'''minAvailable'':9', 4, 9, 0",
    "'''maxUnavailable'':9', 4, 0, 4"
  })
  void status_saysHowManyMayGo(String rule, long expected, long desired, long allowed) {
    JsonNode status = budget(rule);
    assertThat(status.path("expectedPods").asLong()).isEqualTo(expected);
    assertThat(status.path("desiredHealthy").asLong()).isEqualTo(desired);
    assertThat(status.path("currentHealthy").asLong()).isEqualTo(4);
    assertThat(status.path("disruptionsAllowed").asLong()).isEqualTo(allowed);
    assertThat(condition(status, "DisruptionAllowed"))
        .isEqualTo(allowed > 0 ? "True SufficientPods: " : "False InsufficientPods: ");
  }

  @Test
  void podThatGoes_countsNoMore() {
    budget("'minAvailable':3");
    world.delete(PODS, "default", Nodes.name(world.list(PODS, "default").get(0)));
    world.run();
    assertThat(allowed()).isZero();
  }

  private long allowed() {
    return status().path("disruptionsAllowed").asLong();
  }

  private JsonNode status() {
    return world.status(DISRUPTION_BUDGETS, "default", "pdb");
  }

  /** As an eviction spends one, before it deletes the pod. */
  private String spendOne() {
    String pod = Nodes.name(world.list(PODS, "default").get(0));
    world.editStatus(
        DISRUPTION_BUDGETS,
        "default",
        "pdb",
        budget -> {
          ObjectNode status = Nodes.object(budget, "status");
          status.put("disruptionsAllowed", 0);
          Nodes.object(status, "disruptedPods").put(pod, "2026-01-01T00:00:21Z");
        });
    return pod;
  }

  @Test
  void podThatWasEvicted_countsNoMore_beforeItIsDeleted() {
    budget("'minAvailable':3");
    String pod = spendOne();
    world.seconds(119);
    assertThat(allowed()).isZero();
    assertThat(status().path("currentHealthy").asLong()).isEqualTo(3);
    assertThat(status().path("disruptedPods").has(pod)).isTrue();
  }

  @Test
  void podThatWasEvicted_isForgottenOnceItIsBeingDeleted() {
    budget("'minAvailable':3");
    String pod = spendOne();
    world.run();
    world.delete(PODS, "default", pod);
    world.run();
    assertThat(status().has("disruptedPods")).isFalse();
    assertThat(allowed()).isZero();
    world.seconds(30);
    assertThat(allowed()).isEqualTo(1);
  }

  @Test
  void podThatWasEvicted_whenNobodyDeletesIt_countsAgainAfterTwoMinutes() {
    budget("'minAvailable':3");
    String pod = spendOne();
    world.seconds(121);
    assertThat(status().has("disruptedPods")).isFalse();
    assertThat(allowed()).isEqualTo(1);
    assertThat(world.events("default", pod))
        .containsKey(
            "NotDeleted: Pod was expected by PDB default/default to be deleted but it wasn't");
  }
}
