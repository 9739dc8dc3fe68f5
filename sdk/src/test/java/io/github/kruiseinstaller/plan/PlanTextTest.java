package io.github.kruiseinstaller.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTextTest {
  private static final ObjectRef NAMESPACE = ObjectRef.cluster("v1", "Namespace", "kruise-system");
  private static final ObjectRef MANAGER =
      ObjectRef.namespaced("apps/v1", "Deployment", "kruise-system", "kruise-controller-manager");
  private static final ObjectRef MUTATING =
      ObjectRef.cluster(
          "admissionregistration.k8s.io/v1",
          "MutatingWebhookConfiguration",
          "kruise-mutating-webhook-configuration");
  private static final String FINGERPRINT = "0123456789abcdef".repeat(4);

  @Test
  void render_showsChangesReasonsAndBlastRadius() {
    InstallPlan plan =
        plan(
            List.of(
                new PlannedStage(
                    Stage.NAMESPACE,
                    "the label comes first",
                    List.of(PlannedChange.of(NAMESPACE, ChangeAction.CREATE))),
                new PlannedStage(
                    Stage.PARK,
                    "the manager needs them",
                    List.of(
                        PlannedChange.of(MUTATING, ChangeAction.PARK),
                        PlannedChange.of(NAMESPACE, ChangeAction.UNCHANGED),
                        PlannedChange.of(NAMESPACE, ChangeAction.UNCHANGED))),
                new PlannedStage(
                    Stage.MANAGER,
                    "after its configurations",
                    List.of(
                        new PlannedChange(
                            MANAGER,
                            ChangeAction.TAKE_OVER,
                            List.of(
                                new FieldDiff("spec.replicas", "1", "2"),
                                new FieldDiff("spec.paused", "true", null),
                                new FieldDiff("spec.minReadySeconds", null, "3")),
                            List.of("helm", "kubectl")))),
                new PlannedStage(Stage.ROLLOUT, "a first replica is Ready", List.of()),
                new PlannedStage(
                    Stage.ARM,
                    "one write each",
                    List.of(PlannedChange.of(MUTATING, ChangeAction.ARM)))),
            List.of(
                interception("mcloneset.kb.io", "clonesets.apps.kruise.io", List.of()),
                interception("vdeployment.kb.io", "deployments.apps", List.of()),
                interception("mpod.kb.io", "pods", List.of("kruise-system", "kube-system"))),
            List.of("replicas differ"));

    assertThat(plan.render())
        .isEqualTo(
            """
            OpenKruise 1.8.3 into namespace kruise-system
              cluster  https://10.0.0.1:6443, Kubernetes 1.34.0
              release  fedcba987654
              plan     0123456789ab
              writes   1 create, 1 take over, 2 unchanged, 1 park, 1 arm

            namespace  the label comes first
              + Namespace kruise-system
            park       the manager needs them
              o MutatingWebhookConfiguration kruise-mutating-webhook-configuration
              = 2 unchanged
            manager    after its configurations
              > Deployment kruise-system/kruise-controller-manager  (from helm, kubectl)
                  spec.replicas: 1 -> 2
                  spec.paused: true -> (absent)
                  spec.minReadySeconds: (absent) -> 3
            rollout    a first replica is Ready
            arm        one write each
              * MutatingWebhookConfiguration kruise-mutating-webhook-configuration

              + create   > take over   = unchanged   o park   * arm

            Intercepted once armed
              webhook            requests                         namespaces  policy  timeout  only objects with
              mpod.kb.io         CREATE pods                      1 of 3      Fail       30 s
              vdeployment.kb.io  CREATE deployments.apps          all 1       Fail       30 s
              mcloneset.kb.io    CREATE clonesets.apps.kruise.io  all 1       Fail       30 s
              not seen by mpod.kb.io: namespaces kruise-system, kube-system

            Warnings
              ! replicas differ
            """);
  }

  @Test
  void render_whenNothingIsWritten_saysSo() {
    InstallPlan plan =
        plan(
            List.of(
                new PlannedStage(
                    Stage.CRDS,
                    "first",
                    List.of(PlannedChange.of(NAMESPACE, ChangeAction.UNCHANGED)))),
            List.of(),
            List.of());

    assertThat(plan.render()).contains("writes   none").contains("= 1 unchanged");
    assertThat(plan)
        .hasToString("OpenKruise 1.8.3 into kruise-system: nothing to write (plan 0123456789ab)");
  }

  @Test
  void render_whenAControllerIsToLookAtOnce_callsItARetry() {
    FieldDiff annotation = new FieldDiff("metadata.annotations[\"retry\"]", null, "\"now\"");
    InstallPlan plan =
        plan(
            List.of(
                new PlannedStage(
                    Stage.MANAGER,
                    "why",
                    List.of(
                        new PlannedChange(
                            MANAGER, ChangeAction.RETRY, List.of(annotation), List.of())))),
            List.of(),
            List.of());

    assertThat(plan.render())
        .contains("writes   1 retry")
        .contains("  ^ Deployment kruise-system/kruise-controller-manager\n")
        .contains("  ^ retry\n");
  }

  @Test
  void render_whenSomethingIsNoLongerInTheRelease_saysWhetherItGoesAndWhyNot() {
    InstallPlan plan =
        plan(
            List.of(
                new PlannedStage(
                    Stage.PRUNE,
                    "why",
                    List.of(
                        PlannedChange.of(MANAGER, ChangeAction.PRUNE),
                        PlannedChange.of(NAMESPACE, ChangeAction.KEEP).noting("others use it")))),
            List.of(),
            List.of());

    assertThat(plan.render())
        .contains("writes   1 prune, 1 keep")
        .contains("  - Deployment kruise-system/kruise-controller-manager\n")
        .contains("  . Namespace kruise-system\n      others use it\n")
        .contains("  - prune   . keep\n")
        .doesNotContain("unchanged");
    assertThat(plan.stages().get(0).writes()).isEqualTo(1);
    assertThat(plan.toJson()).contains("\"note\":\"others use it\"").contains("\"note\":null");
  }

  @Test
  void render_whenValuesAreLongOrMany_cutsThem() {
    List<FieldDiff> fields =
        IntStream.range(0, 20)
            .mapToObj(index -> new FieldDiff("spec.f" + index, "1", "\"" + "x".repeat(500) + "\""))
            .toList();
    InstallPlan plan =
        plan(
            List.of(
                new PlannedStage(
                    Stage.MANAGER,
                    "why",
                    List.of(new PlannedChange(MANAGER, ChangeAction.CHANGE, fields, List.of())))),
            List.of(),
            List.of());

    assertThat(plan.render())
        .contains("spec.f11:")
        .doesNotContain("spec.f12:")
        .contains("and 8 more fields");
    assertThat(plan.render().lines()).allMatch(line -> line.length() < 120);
    assertThat(plan.toJson()).contains("x".repeat(500)).contains("spec.f19");
  }

  @Test
  void render_whenAWarningHoldsControlCharacters_printsNone() {
    InstallPlan plan = plan(List.of(), List.of(), List.of("a\u001b[2J\nb"));

    assertThat(plan.render()).contains("! a [2J b");
  }

  @Test
  void toString_isOneShortLine() {
    InstallPlan plan =
        plan(
            List.of(
                new PlannedStage(
                    Stage.NAMESPACE,
                    "why",
                    List.of(PlannedChange.of(NAMESPACE, ChangeAction.CREATE)))),
            List.of(),
            List.of());

    assertThat(plan)
        .hasToString("OpenKruise 1.8.3 into kruise-system: 1 create (plan 0123456789ab)");
  }

  private static InstallPlan plan(
      List<PlannedStage> stages, List<Interception> blastRadius, List<String> warnings) {
    return new InstallPlan(
        "1.8.3",
        "kruise-system",
        "https://10.0.0.1:6443",
        "1.34.0",
        "fedcba9876543210".repeat(4),
        stages,
        blastRadius,
        warnings,
        FINGERPRINT);
  }

  private static Interception interception(String name, String resource, List<String> excluded) {
    return new Interception(
        name,
        "kruise-mutating-webhook-configuration",
        List.of("CREATE"),
        List.of(resource),
        "Fail",
        30,
        List.of("default"),
        excluded,
        "");
  }
}
