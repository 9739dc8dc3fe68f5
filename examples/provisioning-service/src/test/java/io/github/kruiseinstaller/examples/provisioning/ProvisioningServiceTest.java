package io.github.kruiseinstaller.examples.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs over HTTP, in simulated clusters. */
@ExtendWith(SimulatedClusterExtension.class)
@Timeout(180)
class ProvisioningServiceTest {
  private static final String INSTALL = "/clusters/east/installations";
  private static final String MANAGERS = "*kruise-manager:*";
  private static final Duration EVER = Duration.ofHours(1);

  @TempDir private Path folder;
  private Duration timeout = Duration.ofMinutes(5);
  private RunningService service;

  @BeforeEach
  void start(SimulatedCluster cluster) throws Exception {
    service = RunningService.start(folder, this::set);
    service.add("east", cluster);
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private void set(OpenKruiseInstaller.Builder builder) {
    builder.timeout(timeout).waitForLock(Duration.ZERO);
  }

  @Test
  void twoClusters_areInstalledAtTheSameTime_andNoBystanderIsRefused(SimulatedCluster east)
      throws Exception {
    try (SimulatedCluster west = SimulatedCluster.start()) {
      service.add("west", west);
      List<Bystander> bystanders = List.of(east.bystander("shop"), west.bystander("shop"));
      List<String> refusals = new ArrayList<>();

      String first = service.start(INSTALL);
      String second = service.start("/clusters/west/installations");
      for (String run : List.of(first, second)) {
        Iterator<String> events = service.events(run);
        while (events.hasNext()) {
          events.next();
          bystanders.forEach(each -> refusals.addAll(each.refusals()));
        }
      }

      assertThat(service.json("GET", first)).satisfies(ProvisioningServiceTest::succeeded);
      assertThat(service.json("GET", second)).satisfies(ProvisioningServiceTest::succeeded);
      assertThat(refusals).isEmpty();
      for (String cluster : List.of("east", "west")) {
        assertThat(text(service.json("GET", "/clusters/" + cluster + "/health"), "health"))
            .isEqualTo("healthy");
      }
    }
  }

  @Test
  void anIncident_isExplainedByItsDiagnosis_andMendedByARepair(SimulatedCluster cluster)
      throws Exception {
    Bystander bystander = cluster.bystander("shop");
    armWithoutManager(cluster);
    assertThat(bystander.refusals()).isNotEmpty();

    JsonObject diagnosis = service.json("GET", "/clusters/east/diagnosis");
    JsonObject run = service.finished("/clusters/east/repairs");

    assertThat(at(diagnosis, "admission", "answer").getAsString()).isEqualTo("refused");
    assertThat(diagnosis.getAsJsonArray("diagnoses")).isNotEmpty();
    assertThat(run).satisfies(ProvisioningServiceTest::succeeded);
    assertThat(at(run, "report", "succeeded").getAsBoolean()).isTrue();
    assertThat(bystander.refusals()).isEmpty();
  }

  @Test
  void anInstallationOfOthers_isTakenOver_onlyWhereTheRequestSaysSo(SimulatedCluster cluster)
      throws Exception {
    armWithoutManager(cluster);

    JsonObject refused = service.finished(INSTALL);
    JsonObject taken = service.finished(INSTALL + "?takeOver=keep");

    assertThat(text(refused, "state")).isEqualTo("failed");
    assertThat(at(refused, "failure", "code").getAsString()).isEqualTo("installed-by-others");
    assertThat(taken).satisfies(ProvisioningServiceTest::succeeded);
  }

  @Test
  void aManagerThatCrashes_makesARunFail_withCodeAndRemedy(SimulatedCluster cluster)
      throws Exception {
    cluster.workloads().crash(MANAGERS, 1, "flag provided but not defined: -gatez");

    // Only its deadline ends such a run: on a machine that stands still it gets more of it.
    JsonObject failure;
    timeout = Duration.ofSeconds(2);
    do {
      timeout = timeout.multipliedBy(2);
      JsonObject run = service.finished(INSTALL);
      assertThat(text(run, "state")).isEqualTo("failed");
      failure = run.getAsJsonObject("failure");
      assertThat(at(run, "report", "failure")).isEqualTo(failure);
    } while (!text(failure, "code").equals("container-crashing") && timeout.toSeconds() < 60);

    assertThat(text(failure, "code")).isEqualTo("container-crashing");
    assertThat(text(failure, "remedy")).contains("log");
    assertThat(failure.getAsJsonArray("evidence").toString()).contains("-gatez");
  }

  @Test
  void start_whenARunIsUnderWayInTheCluster_isRefusedAndSaysWhich(SimulatedCluster cluster)
      throws Exception {
    cluster.workloads().managerStartTakes(EVER);
    String run = service.start(INSTALL);

    HttpResponse<String> second = service.send("POST", "/clusters/east/uninstallations");

    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(second.headers().firstValue("Location")).contains(run);
    assertThat(text(RunningService.json(second), "error")).contains(run.substring(6));
    assertThat(text(RunningService.json(second), "remedy")).isNotEmpty();
  }

  @Test
  void start_whenAnotherProcessHasTheLock_failsWithItsCode(SimulatedCluster cluster)
      throws Exception {
    cluster.objects().apply("{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system}}");
    cluster
        .objects()
        .apply(
            "{apiVersion: coordination.k8s.io/v1, kind: Lease,"
                + " metadata: {name: kruise-installer, namespace: kruise-system},"
                + " spec: {holderIdentity: elsewhere_7_0badcafe_-, leaseDurationSeconds: 3600}}");

    JsonObject run = service.finished(INSTALL);

    assertThat(at(run, "failure", "code").getAsString()).isEqualTo("locked");
    assertThat(at(run, "failure", "message").getAsString()).contains("elsewhere");
  }

  @Test
  void delete_cancelsTheRun_andTheClusterIsFreeForTheNext(SimulatedCluster cluster)
      throws Exception {
    cluster.workloads().managerStartTakes(EVER);
    String run = service.start(INSTALL);
    Iterator<String> events = service.events(run);
    RunningService.readUntil(events, ProvisioningServiceTest::waitsForTheRollout);
    assertThat(text(service.json("GET", run), "stage")).isEqualTo("rollout");

    HttpResponse<String> response = service.send("DELETE", run);
    List<String> rest = RunningService.lines(events);

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(rest.get(rest.size() - 1)).contains("\"type\":\"failed\"", "\"cancelled\"");
    assertThat(text(service.json("GET", run), "state")).isEqualTo("cancelled");
    assertThat(service.send("DELETE", run).statusCode()).isEqualTo(200);
    service.start(INSTALL);
  }

  @Test
  void events_whenTheRunHasEnded_areAllThere() throws Exception {
    String run = service.start(INSTALL);
    List<String> early = RunningService.lines(service.events(run));

    List<String> late = RunningService.lines(service.events(run));

    assertThat(late).isEqualTo(early);
    assertThat(late).filteredOn(line -> line.contains("\"type\":\"planned\"")).hasSize(1);
    assertThat(late.get(late.size() - 1)).contains("\"type\":\"succeeded\"");
  }

  @Test
  void events_whenAReaderHangsUp_goOnForTheRunAndForOthers(SimulatedCluster cluster)
      throws Exception {
    cluster.workloads().managerStartTakes(EVER);
    String run = service.start(INSTALL);
    try (InputStream reader = service.eventBytes(run)) {
      assertThat(reader.read()).isEqualTo('{');
    }

    Iterator<String> other = service.events(run);
    RunningService.readUntil(other, ProvisioningServiceTest::waitsForTheRollout);
    service.send("DELETE", run);

    assertThat(RunningService.lines(other)).isNotEmpty();
  }

  @Test
  void looks_showThePlanAndThePreflight_andWriteNothing(SimulatedCluster cluster) throws Exception {
    assertThat(text(service.json("GET", "/clusters/east/plan"), "version")).isEqualTo("1.8.3");
    assertThat(service.json("GET", "/clusters/east/preflight").get("passed").getAsBoolean())
        .isTrue();

    assertThat(cluster.objects().get("v1", "Namespace", "", "kruise-system")).isEmpty();
  }

  @Test
  void uninstall_removesWhatWasInstalled(SimulatedCluster cluster) throws Exception {
    service.finished(INSTALL);

    JsonObject run = service.finished("/clusters/east/uninstallations?customResources=delete");

    assertThat(run).satisfies(ProvisioningServiceTest::succeeded);
    assertThat(at(run, "report", "options", "customResources").getAsString()).isEqualTo("delete");
    assertThat(
            cluster
                .objects()
                .get("apps/v1", "Deployment", "kruise-system", "kruise-controller-manager"))
        .isEmpty();
  }

  @Test
  void stop_cancelsTheRuns_endsTheirEvents_andLeavesNoThread(SimulatedCluster cluster)
      throws Exception {
    cluster.workloads().managerStartTakes(EVER);
    Iterator<String> events = service.events(service.start(INSTALL));
    RunningService.readUntil(events, ProvisioningServiceTest::waitsForTheRollout);

    assertThat(service.stop()).isTrue();

    List<String> rest = RunningService.lines(events);
    assertThat(rest.get(rest.size() - 1)).contains("\"cancelled\"");
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().matches("(HTTP-Dispatcher|idle-timeout|request-|kruise-installer-).*")) {
        // It may be at its last step, and one that is idle would end by itself after 30 s.
        thread.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }

  private static boolean waitsForTheRollout(String event) {
    return event.contains("\"type\":\"waiting\"") && event.contains("\"stage\":\"rollout\"");
  }

  private static void succeeded(JsonObject run) {
    assertThat(text(run, "state")).as(run.toString()).isEqualTo("succeeded");
    assertThat(run.get("failure").isJsonNull()).isTrue();
    assertThat(run.get("report").isJsonObject()).isTrue();
  }

  private static String text(JsonObject object, String key) {
    return object.get(key).getAsString();
  }

  private static JsonElement at(JsonObject object, String... path) {
    JsonElement found = object;
    for (String key : path) {
      found = found.getAsJsonObject().get(key);
    }
    return found;
  }

  /** Into a namespace without its label, workloads last: the webhooks keep their Pods out. */
  private static void armWithoutManager(SimulatedCluster cluster) {
    cluster.objects().apply("{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system}}");
    List<String> documents =
        Arrays.stream(SmallRelease.yaml().split("(?m)^---$"))
            .filter(text -> !text.contains("\nkind: Namespace\n"))
            .toList();
    documents.stream().filter(text -> !isWorkload(text)).forEach(cluster.objects()::apply);
    documents.stream().filter(text -> isWorkload(text)).forEach(cluster.objects()::apply);
  }

  private static boolean isWorkload(String document) {
    return document.contains("\nkind: Deployment\n") || document.contains("\nkind: DaemonSet\n");
  }
}
