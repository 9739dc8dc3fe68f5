package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A busy API server takes a while to serve definitions that somebody has just applied. */
class NewDefinitionsTest {
  private static final String API = "apiextensions.k8s.io/v1";
  private static final String KIND = "CustomResourceDefinition";
  private static final String UNLABELLED =
      AppliedRelease.configurationsFirst(
          SmallRelease.yaml().replace("    control-plane: openkruise\n", "    a: label\n"));

  /** So slow that definitions are on their way until {@link #establish}. */
  private static SimulatedCluster busyCluster() {
    return SimulatedCluster.builder().speed(0.000_001).start();
  }

  @Test
  void incident_whileDefinitionsAreOnTheirWay_isTheOnlyCause() {
    try (SimulatedCluster cluster = busyCluster()) {
      apply(cluster);

      List<Diagnosis> causes =
          SmallInstallers.withoutRelease(cluster, cluster.admin()).build().diagnose().diagnoses();

      assertThat(unestablished(cluster)).isNotEmpty();
      assertThat(causes)
          .extracting(Diagnosis::code)
          .doesNotContain(DiagnosisCode.DEFINITION_NOT_ESTABLISHED);
    }
  }

  @Test
  void repair_whileDefinitionsAreOnTheirWay_awaitsThemBeforeTheManagerStarts() throws Exception {
    try (SimulatedCluster cluster = busyCluster()) {
      apply(cluster);
      List<String> pendingBefore = Collections.synchronizedList(new ArrayList<>());
      List<String> pendingAfter = Collections.synchronizedList(new ArrayList<>());
      CompletableFuture<Operation<RepairReport>> run = new CompletableFuture<>();
      OpenKruiseInstaller installer =
          SmallInstallers.withoutRelease(cluster, cluster.admin())
              .listener(
                  event -> {
                    if (event instanceof InstallEvent.StageStarted started
                        && started.stage() == Stage.CRDS) {
                      pendingBefore.addAll(unestablished(cluster));
                    }
                    if (event instanceof InstallEvent.Waiting waiting
                        && waiting.stage() == Stage.CRDS) {
                      unestablished(cluster).forEach(name -> establish(cluster, name));
                    }
                    if (event instanceof InstallEvent.StageEnded ended
                        && ended.outcome().stage() == Stage.CRDS) {
                      pendingAfter.addAll(unestablished(cluster));
                      run.join().cancel();
                    }
                  })
              .build();
      InstallPlan plan = installer.planRepair();

      run.complete(installer.startRepair(plan));
      Throwable cancelled =
          catchThrowable(() -> run.join().result().toCompletableFuture().get(60, TimeUnit.SECONDS));

      assertThat(plan.stage(Stage.CRDS)).isPresent();
      assertThat(plan.stage(Stage.CRDS).orElseThrow().writes()).isZero();
      assertThat(cancelled).isNotNull();
      assertThat(pendingBefore).isNotEmpty();
      assertThat(pendingAfter).isEmpty();
    }
  }

  /** Their names are accepted when somebody changes them, and then they are on their way. */
  private static void apply(SimulatedCluster cluster) {
    cluster.objects().apply(UNLABELLED);
    for (String name : names(definitions(cluster))) {
      cluster
          .objects()
          .edit(
              API,
              KIND,
              "",
              name,
              definition -> Scenes.child(definition, "metadata").put("labels", Map.of("a", "b")));
    }
    Eventually.until(
        "names are accepted",
        () ->
            definitions(cluster).stream()
                .allMatch(definition -> condition(definition, "NamesAccepted").isPresent()));
    // Whether the workloads' controllers are to try again is part of a plan.
    Eventually.until("the workloads' Pods are refused", () -> podsAreRefused(cluster));
  }

  private static boolean podsAreRefused(SimulatedCluster cluster) {
    return cluster
            .objects()
            .list("apps/v1", "DaemonSet", Scenes.NAMESPACE)
            .toString()
            .contains("desiredNumberScheduled=1")
        && cluster
            .objects()
            .list("apps/v1", "ReplicaSet", Scenes.NAMESPACE)
            .toString()
            .contains("ReplicaFailure");
  }

  private static List<Map<String, Object>> definitions(SimulatedCluster cluster) {
    return cluster.objects().list(API, KIND, "");
  }

  private static List<String> names(List<Map<String, Object>> definitions) {
    return definitions.stream()
        .map(definition -> String.valueOf(Scenes.child(definition, "metadata").get("name")))
        .toList();
  }

  private static List<String> unestablished(SimulatedCluster cluster) {
    return names(
        definitions(cluster).stream()
            .filter(
                definition ->
                    condition(definition, "Established")
                        .filter(found -> "True".equals(found.get("status")))
                        .isEmpty())
            .toList());
  }

  /** What the API server does in the end. */
  private static void establish(SimulatedCluster cluster, String name) {
    cluster
        .objects()
        .editStatus(
            API,
            KIND,
            "",
            name,
            definition -> condition(definition, "Established").orElseThrow().put("status", "True"));
  }

  @SuppressWarnings("unchecked")
  private static Optional<Map<String, Object>> condition(
      Map<String, Object> definition, String type) {
    Object conditions = Scenes.child(definition, "status").get("conditions");
    return conditions == null
        ? Optional.empty()
        : ((List<Map<String, Object>>) conditions)
            .stream().filter(condition -> type.equals(condition.get("type"))).findFirst();
  }
}
