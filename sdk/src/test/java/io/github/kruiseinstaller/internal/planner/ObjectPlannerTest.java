package io.github.kruiseinstaller.internal.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.ChangeAction;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObjectPlannerTest {
  private static final Manifest DEFINITION =
      Manifest.of(
          Map.of(
              "apiVersion",
              "apiextensions.k8s.io/v1",
              "kind",
              "CustomResourceDefinition",
              "metadata",
              Map.of("name", "clonesets.apps.kruise.io"),
              "spec",
              Map.of("group", "apps.kruise.io")));

  private final FakeCluster cluster = new FakeCluster();
  private final ObjectPlanner planner = new ObjectPlanner(cluster);

  @Test
  void plan_whenADefinitionIsAbsent_triesItsCreationAndStoresNothing() {
    assertThat(planner.plan(DEFINITION, null, true).action()).isEqualTo(ChangeAction.CREATE);

    assertThat(cluster.requests())
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.verb()).isEqualTo("create");
              assertThat(request.dryRun()).isTrue();
            });
    assertThat(cluster.peek(DEFINITION.ref())).isEmpty();
  }

  @Test
  void plan_whenAnAbsentDefinitionWouldBeRefused_failsAsTheApiServerSays() {
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          throw FakeCluster.refusal(verb, ref, 422, "Invalid", "schema is not structural");
        });

    assertThatThrownBy(() -> planner.plan(DEFINITION, null, true))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("not structural");
  }

  @Test
  void plan_whenADefinitionHasComeIntoBeingMeanwhile_asksWhatAnApplyWouldDo() {
    cluster.put(DEFINITION);

    assertThat(planner.plan(DEFINITION, null, true).action()).isEqualTo(ChangeAction.CREATE);

    assertThat(cluster.requests())
        .extracting(FakeCluster.Request::verb)
        .containsExactly("create", "apply");
  }

  @Test
  void plan_whenAnythingElseIsAbsent_triesTheApply() {
    Manifest role =
        Manifest.of(
            Map.of(
                "apiVersion",
                "rbac.authorization.k8s.io/v1",
                "kind",
                "ClusterRole",
                "metadata",
                Map.of("name", "kruise-manager-role")));
    cluster.onRequest(
        (verb, ref, body, dryRun) -> dryRun ? Optional.ofNullable(body) : Optional.empty());

    assertThat(planner.plan(role, null, true).action()).isEqualTo(ChangeAction.CREATE);

    assertThat(cluster.requests()).extracting(FakeCluster.Request::verb).containsExactly("apply");
  }
}
