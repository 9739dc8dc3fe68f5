package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.report.RepairFailedException;
import io.github.kruiseinstaller.report.RepairReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Helm has installed OpenKruise, and something is the matter: it is found out, and mended or
 * rightly left to a person. A bystander is refused before, admitted within a second of the writes
 * that disarm, and never refused again. System properties {@code e2e.repair.kills} and {@code
 * e2e.kill.seed}.
 *
 * <p>Most tests find what Helm has left where the test before has put it back. Those that do not,
 * or that need another cluster anyway, come last.
 */
@Tag(ClusterTest.AS_IT_IS)
@TestMethodOrder(OrderAnnotation.class)
class RepairE2e extends InstallTest {
  private static final int FIRST = 1;
  private static final int LEAVES_OTHER_TIMEOUTS = Order.DEFAULT + 1;
  private static final int LEAVES_NO_NAMESPACE = Order.DEFAULT + 2;
  private static final int NEEDS_AN_INCIDENT = Order.DEFAULT + 3;

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration ADMITTED_WITHIN = Duration.ofSeconds(1);

  /** The stages of a repair of the incident. */
  private static final List<Stage> OF_A_REPAIR =
      List.of(
          Stage.LOAD,
          Stage.PLAN,
          Stage.DISARM,
          Stage.NAMESPACE,
          Stage.MANAGER,
          Stage.ROLLOUT,
          Stage.PROVE,
          Stage.ARM,
          Stage.ENFORCE,
          Stage.VERIFY);

  private static final int KILLS = Integer.getInteger("e2e.repair.kills", 4);
  private static final String MANAGER = "deployment/kruise-controller-manager";
  private static final String DAEMON = "daemonset/kruise-daemon";
  private static final String SERVICE = "service/kruise-webhook-service";
  private static final String MUTATING =
      "mutatingwebhookconfiguration/kruise-mutating-webhook-configuration";
  private static final String VALIDATING =
      "validatingwebhookconfiguration/kruise-validating-webhook-configuration";
  private static final int WEBHOOK_PORT = 9876;

  /** Of a webhook, in seconds: shorter than the chart's own, which would make tests wait. */
  private static final String TIMEOUT = "5";

  /** Makes a running manager go by the list that is there, and keep it. */
  private static final String NO_TEMPLATE =
      ",{\"op\":\"add\",\"path\":\"/metadata/annotations/template\",\"value\":\"\"}";

  @Test
  @Order(NEEDS_AN_INCIDENT)
  void theIncident() throws Exception {
    incident("1.8.3");
    mended(DiagnosisCode.OWN_NAMESPACE_INTERCEPTED, true, repairer());
  }

  @Test
  @Order(NEEDS_AN_INCIDENT)
  void theIncidentOfTheOldestRelease() throws Exception {
    incident("1.5.0");
    mended(DiagnosisCode.OWN_NAMESPACE_INTERCEPTED, true, repairer());
  }

  @Test
  @Order(FIRST)
  void aCrashingImage() throws Exception {
    needsHarness();
    reset();
    bystander();
    helm("--set", "manager.image.tag=crash");
    untilRefused();
    Await.until(
        "every manager has crashed once",
        Duration.ofSeconds(90),
        () ->
            managers().stream()
                .allMatch(
                    pod ->
                        pod.toString().contains("\"restartCount\":")
                            && !pod.toString().contains("\"restartCount\":0")));

    left(DiagnosisCode.CONTAINER_CRASHING, true, repairer());

    // The chart's daemon is of the same image.
    kubectl("set", "image", MANAGER, "manager=openkruise/kruise-manager:v" + VERSION);
    kubectl("set", "image", DAEMON, "daemon=openkruise/kruise-manager:v" + VERSION);
    kubectl("rollout", "status", MANAGER, "--timeout=120s");
    kubectl("rollout", "status", DAEMON, "--timeout=120s");
    armsAgain();
  }

  @Test
  void aManagerThatIsScaledToZero() throws Exception {
    healthy();
    scaleToZero();
    untilRefused();
    mended(DiagnosisCode.MANAGER_SCALED_TO_ZERO, true, repairer());
  }

  @Test
  void aServiceThatIsDeleted() throws Exception {
    healthy();
    kubectl("delete", SERVICE);
    cutConnections();
    untilRefused();
    mended(DiagnosisCode.SERVICE_MISSING, true, repairer());
  }

  @Test
  void aServiceThatSelectsNothing() throws Exception {
    healthy();
    patch(SERVICE, "{\"spec\":{\"selector\":{\"moved\":\"away\"}}}");
    cutConnections();
    untilRefused();
    mended(DiagnosisCode.SERVICE_SELECTS_NOTHING, true, repairer());
  }

  @Test
  void aServiceOfAnotherPort() throws Exception {
    healthy();
    patch(SERVICE, "{\"spec\":{\"ports\":[{\"port\":443,\"targetPort\":1234}]}}");
    cutConnections();
    untilRefused();
    mended(DiagnosisCode.SERVICE_PORT_WRONG, true, repairer());
  }

  @Test
  void aConfigurationWithTheAuthorityOfSomebodyElse() throws Exception {
    healthy();
    // A manager that runs would put its own back at once.
    scaleToZero();
    String other =
        kubectl(
            "config",
            "view",
            "--raw",
            "-o",
            "jsonpath={.clusters[0].cluster.certificate-authority-data}");
    for (String configuration : List.of(MUTATING, VALIDATING)) {
      everyWebhook(configuration, "/clientConfig/caBundle", "\"" + other + "\"", "");
    }
    untilRefused();
    DiagnosisReport report = mended(DiagnosisCode.MANAGER_SCALED_TO_ZERO, true, repairer());
    assertThat(codes(report.diagnoses())).contains(DiagnosisCode.CA_BUNDLE_STALE);
  }

  @Test
  void aConfigurationThatIsDeletedUnderARunningManager() throws Exception {
    healthy();
    kubectl("delete", MUTATING);

    left(DiagnosisCode.CONFIGURATION_MISSING, false, repairer());
    mended(DiagnosisCode.CONFIGURATION_MISSING, false, installer());
    // The release's own are longer than those that Helm was told, which the next test looks for.
    everyWebhook(MUTATING, "/timeoutSeconds", TIMEOUT, NO_TEMPLATE);
  }

  @Test
  @Order(LEAVES_OTHER_TIMEOUTS)
  void aStaleTemplate() throws Exception {
    healthy();
    Await.until(
        "the managers keep their lists", PATIENCE, new LiveWebhooks(api())::keptByTheManager);
    // A manager that runs would go by the template at once.
    scaleToZero();
    everyWebhook(MUTATING, "/timeoutSeconds", "7", "");
    untilRefused();

    DiagnosisReport report = mended(DiagnosisCode.MANAGER_SCALED_TO_ZERO, true, repairer());

    assertThat(codes(report.diagnoses())).contains(DiagnosisCode.TEMPLATE_STALE);
    assertThat(kubectl("get", MUTATING, "-o", "jsonpath={.webhooks[*].timeoutSeconds}").split(" "))
        .as("what somebody wanted, and not what the template said")
        .containsOnly("7");
  }

  @Test
  void anEmptySecret() throws Exception {
    healthy();
    scaleToZero();
    patch("secret/kruise-webhook-certs", "{\"data\":null}");
    untilRefused();
    DiagnosisReport report = mended(DiagnosisCode.MANAGER_SCALED_TO_ZERO, true, repairer());
    assertThat(codes(report.diagnoses())).contains(DiagnosisCode.CERTIFICATE_MISSING);
  }

  @Test
  void aPortThatIsBlocked() throws Exception {
    needsHarness();
    healthy();
    cluster().harness().network("drop", WEBHOOK_PORT);
    try {
      // Whoever is refused has waited for the time-out before.
      untilRefused(JUST_NOW.plusSeconds(Long.parseLong(TIMEOUT)));
      left(DiagnosisCode.PORT_BLOCKED, true, repairer());
    } finally {
      cluster().harness().network("free", WEBHOOK_PORT);
    }
    armsAgain();
  }

  @Test
  void aDefinitionThatIsMissing() throws Exception {
    healthy();
    kubectl("delete", "crd", "sidecarsets.apps.kruise.io");
    mended(DiagnosisCode.DEFINITION_MISSING, false, installer());
  }

  @Test
  @Order(LEAVES_NO_NAMESPACE)
  void aNamespaceThatIsTerminating() throws Exception {
    healthy();
    kubectl("create", "configmap", "held");
    patch("configmap/held", "{\"metadata\":{\"finalizers\":[\"example.com/held\"]}}");
    kubectl("delete", "namespace", NAMESPACE, "--wait=false");
    untilRefused();
    left(DiagnosisCode.NAMESPACE_TERMINATING, true, repairer());
    patch("configmap/held", "{\"metadata\":{\"finalizers\":null}}");
  }

  @Test
  void nothingThatIsTheMatter() throws Exception {
    healthy();

    RepairReport report = repairer().build().repair();

    System.out.println(report.render());
    assertThat(report.succeeded()).isTrue();
    assertThat(report.run().writes()).isZero();
    nobodyWasRefused();
  }

  @Test
  @Order(NEEDS_AN_INCIDENT)
  void theProcessIsKilledAtRandomInstants() throws Exception {
    Random random = random("e2e.kill.seed");
    List<Stage> stages = new ArrayList<>();
    incident("1.8.3");
    for (int kill = 0; kill < KILLS; kill++) {
      if (kill > 0) {
        loseTheLabelWithoutManager();
      }
      if (stages.isEmpty()) {
        stages.addAll(OF_A_REPAIR);
        Collections.shuffle(stages, random);
      }
      Stage stage = stages.remove(0);
      killOne(stage, Duration.ofMillis(random.nextInt(1_000)));
      finishedByAnother(stage, kill + 1);
    }
  }

  private void killOne(Stage stage, Duration after) throws InterruptedException {
    try (InstallerChild child = InstallerChild.startRepair(cluster().kubeconfig(), PATIENCE)) {
      assertThat(child.killAfter("StageStarted " + stage.id(), after, PATIENCE))
          .as("reaches " + stage)
          .isTrue();
    }
  }

  /** Pods are admitted once one of the two has disarmed, and OpenKruise works again. */
  private void finishedByAnother(Stage killed, int count) throws InterruptedException {
    long sinceKill = bystander().moment();
    boolean admits = new LiveWebhooks(api()).parked() || killed.compareTo(Stage.DISARM) > 0;
    long kept = sinceKill;
    try (InstallerChild next = InstallerChild.startRepair(cluster().kubeconfig(), PATIENCE)) {
      boolean writes = next.await(RepairE2e::hasDisarmed, PATIENCE);
      if (!admits) {
        assertThat(writes).as("the next repair has to write").isTrue();
        kept = bystander().moment() + ADMITTED_WITHIN.toNanos();
      }
      assertThat(next.exitCode(PATIENCE)).as("the next repair succeeds").isZero();
    }
    assertInstalled();
    BystanderReport since = bystander().reportSince(sinceKill);
    System.out.printf(
        "   after kill %d: %d refused of %d Pod requests until it was finished%n",
        count, since.refused(), since.requests());
    BystanderReport after = bystander().reportSince(kept);
    assertThat(after.refusals()).as(after.render()).isEmpty();
  }

  /** Whether a process is beyond its last write that disarms: of two, the first admits nobody. */
  private static boolean hasDisarmed(String line) {
    String disarm = Stage.DISARM.id() + ":";
    return line.startsWith("StageEnded " + disarm)
        || (line.startsWith("ObjectWritten") && !line.startsWith("ObjectWritten " + disarm));
  }

  /** As helm leaves it in a namespace of somebody's own making. */
  private void incident(String version) throws Exception {
    reset();
    bystander();
    api()
        .must(
            "POST",
            "/api/v1/namespaces",
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"kruise-system\"}}");
    cluster()
        .run(
            PATIENCE,
            helm(),
            "install",
            "kruise",
            chart("kruise-" + version + ".tgz").toString(),
            "--set",
            "installation.createNamespace=false")
        .orThrow("helm install");
    untilRefused();
  }

  private void loseTheLabelWithoutManager() throws Exception {
    scaleToZero();
    kubectl("label", "namespace", NAMESPACE, "control-plane-");
    kubectl("scale", MANAGER, "--replicas=2");
    untilRefused();
  }

  /** As helm leaves it; the test before may have left it so, too. */
  private void healthy() throws Exception {
    if (!isAsHelmLeavesIt()) {
      reset();
      helm("--wait");
      untilItWorks();
    }
    bystander();
    assertInstalled();
  }

  private static boolean isAsHelmLeavesIt() throws InterruptedException {
    LiveWebhooks webhooks = new LiveWebhooks(api());
    if (!webhooks.usable() || !webhooks.others().isEmpty()) {
      return false;
    }
    DiagnosisReport report = repairer().build().diagnose();
    return report.version().equals(VERSION)
        && report.diagnoses().isEmpty()
        && repairer().build().verify().health() == Health.HEALTHY
        && timeouts().equals(Set.of(TIMEOUT));
  }

  private static Set<String> timeouts() throws InterruptedException {
    return Set.of(
        kubectl("get", MUTATING, "-o", "jsonpath={.webhooks[0].timeoutSeconds}").split(" "));
  }

  private static void helm(String... more) throws InterruptedException {
    List<String> words =
        Stream.concat(
                Stream.of(
                    "install",
                    "kruise",
                    chart("kruise-" + VERSION + ".tgz").toString(),
                    "--set",
                    "webhookConfiguration.timeoutSeconds=" + TIMEOUT),
                Arrays.stream(more))
            .toList();
    cluster().run(PATIENCE, helm(), words.toArray(String[]::new)).orThrow("helm install");
  }

  private static void scaleToZero() throws Exception {
    kubectl("scale", MANAGER, "--replicas=0");
    Await.until("no manager is left", Duration.ofSeconds(90), () -> managers().isEmpty());
  }

  private static List<JsonObject> managers() {
    return api()
        .items(
            "/api/v1/namespaces/"
                + NAMESPACE
                + "/pods?labelSelector=control-plane%3Dcontroller-manager");
  }

  /** The API server keeps its connections to the managers, and dials anew when they are gone. */
  private static void cutConnections() throws InterruptedException {
    kubectl("delete", "pods", "-l", "control-plane=controller-manager", "--wait=false");
  }

  private static String kubectl(String... words) throws InterruptedException {
    List<String> all = Stream.concat(Stream.of("-n", NAMESPACE), Arrays.stream(words)).toList();
    return cluster()
        .run(
            PATIENCE,
            cluster().kubectl().orElseThrow(() -> new IllegalStateException("no kubectl")),
            all.toArray(String[]::new))
        .orThrow("kubectl " + String.join(" ", words))
        .out()
        .strip();
  }

  private static void patch(String object, String patch) throws InterruptedException {
    kubectl("patch", object, "--type=merge", "-p", patch);
  }

  /**
   * Sets one field of every webhook of a configuration.
   *
   * @param more operations of the JSON patch, each after a comma
   */
  private static void everyWebhook(String configuration, String field, String value, String more)
      throws InterruptedException {
    int count =
        kubectl("get", configuration, "-o", "jsonpath={.webhooks[*].name}").split(" ").length;
    StringBuilder patch = new StringBuilder("[");
    for (int i = 0; i < count; i++) {
      patch
          .append(i == 0 ? "" : ",")
          .append("{\"op\":\"replace\",\"path\":\"/webhooks/")
          .append(i)
          .append(field)
          .append("\",\"value\":")
          .append(value)
          .append('}');
    }
    kubectl("patch", configuration, "--type=json", "-p", patch.append(more).append(']').toString());
  }

  private static OpenKruiseInstaller.Builder repairer() {
    return OpenKruiseInstaller.builder()
        .kubeconfig(cluster().kubeconfig())
        .timeout(Duration.ofMinutes(3));
  }

  private void untilRefused() throws InterruptedException {
    untilRefused(JUST_NOW);
  }

  /** Finds out the cause, mends it, and watches the bystander. */
  private DiagnosisReport mended(
      DiagnosisCode first, boolean refused, OpenKruiseInstaller.Builder builder)
      throws InterruptedException {
    diagnosed(first);
    RepairTimeline timeline = new RepairTimeline(bystander());
    RepairReport report;
    try {
      report = builder.listener(timeline).build().repair();
    } catch (RepairFailedException e) {
      throw new AssertionError(e.report().render(), e);
    }
    System.out.println(report.render());
    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertInstalled();
    RepairReport again = repairer().build().repair();
    assertThat(again.run().writes()).as(again.render()).isZero();
    assertKept(timeline, first, refused);
    return report.before();
  }

  /** Finds out the cause, leaves it to a person, and watches the bystander. */
  private void left(DiagnosisCode first, boolean refused, OpenKruiseInstaller.Builder builder)
      throws InterruptedException {
    diagnosed(first);
    RepairTimeline timeline = new RepairTimeline(bystander());
    OpenKruiseInstaller installer = builder.listener(timeline).build();
    RepairFailedException failed =
        catchThrowableOfType(RepairFailedException.class, installer::repair);
    assertThat(failed).as("only a person can mend this").isNotNull();
    System.out.println(failed.report().render());
    assertKept(timeline, first, refused);
    assertThat(codes(failed.report().left())).contains(first);
    if (refused) {
      assertThat(new LiveWebhooks(api()).parked()).as("nothing is armed").isTrue();
    }
  }

  private static void assertKept(RepairTimeline timeline, DiagnosisCode first, boolean refused)
      throws InterruptedException {
    try {
      timeline.assertKept(first.id(), refused);
    } catch (AssertionError e) {
      // A manager that has ended by itself refuses whoever it was about to answer.
      System.out.println(kubectl("get", "pods", "-o", "wide"));
      System.out.println(kubectl("get", "events", "--sort-by=.lastTimestamp"));
      throw e;
    }
  }

  /** What a person has mended is armed again, from the list that was kept. */
  private void armsAgain() throws InterruptedException {
    long from = bystander().moment();
    RepairReport report = repairer().build().repair();
    System.out.println(report.render());
    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertInstalled();
    assertThat(bystander().reportSince(from).refusals()).isEmpty();
  }

  private static void diagnosed(DiagnosisCode first) {
    DiagnosisReport report = repairer().build().diagnose();
    System.out.println(report.render());
    assertThat(codes(report.diagnoses())).as(report.render()).first().isEqualTo(first);
  }

  private static List<DiagnosisCode> codes(List<Diagnosis> diagnoses) {
    return diagnoses.stream().map(Diagnosis::code).toList();
  }
}
