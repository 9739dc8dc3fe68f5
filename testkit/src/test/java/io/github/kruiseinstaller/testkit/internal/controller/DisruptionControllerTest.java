package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DEPLOYMENTS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DISRUPTION_BUDGETS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.World.condition;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
    assertThat(
            world.status(DISRUPTION_BUDGETS, "default", "pdb").path("disruptionsAllowed").asLong())
        .isZero();
  }
}
