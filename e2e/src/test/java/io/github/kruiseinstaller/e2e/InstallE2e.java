package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Installations that go well, into a cluster that is as it should be. */
class InstallE2e extends InstallTest {
  private static final String CLONE_SETS =
      "/apis/apps.kruise.io/v1alpha1/namespaces/default/clonesets";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Between two readings: both managers have had the time to write what they keep. */
  private static final Duration APART = Duration.ofSeconds(2);

  private static final Duration WATCHED =
      Duration.ofSeconds(Integer.getInteger("e2e.watch.seconds", 120));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kruise-1.8.3.yaml",
        "kruise-1.5.5.tgz",
        "kruise-1.5.5.yaml",
        "kruise-1.5.0.tgz",
        "kruise-1.5.0.yaml"
      })
  void installsWithoutRefusingAnybody(String file) throws Exception {
    image(file.substring("kruise-".length(), file.lastIndexOf('.')));
    for (int i = 0; i < Integer.getInteger("e2e.repeat", 1); i++) {
      if (i > 0) {
        reset();
      }
      bystander();
      installs(installer(file));
      nobodyWasRefused();
      endBystander();
    }
  }

  /** Versions beyond the default may have to be put where the cluster finds them. */
  private static void image(String version) throws InterruptedException {
    if (cluster().hasHarnessPowers() && !version.equals(VERSION)) {
      cluster().harness().image("docker.io/openkruise/kruise-manager:v" + version, version);
    }
  }

  @Test
  void installsFromTheChartThenWritesNothingThenManagesWorkloads() throws Exception {
    bystander();
    OpenKruiseInstaller installer = installer("kruise-1.8.3.tgz").build();
    InstallPlan plan = installer.plan();
    assertThat(plan.isNoOp()).isFalse();
    InstallReport first = installer.install(plan);
    System.out.println(first.render());
    assertInstalled();
    assertThat(first.planFingerprint()).isEqualTo(plan.fingerprint());
    Map<String, Long> armed = theManagerHasLookedAtTheArmedConfigurations();
    long from = System.nanoTime();

    secondRunWritesNothing(installer);
    managesWorkloads();
    nobodyWasRefused();
    endBystander();
    // Generations only grow: what is so in the end has been so all the time.
    Await.hold(
        "the armed configurations stay as they are",
        WATCHED.minusNanos(System.nanoTime() - from),
        () -> new LiveWebhooks(api()).generations().equals(armed));
  }

  private static void secondRunWritesNothing(OpenKruiseInstaller installer)
      throws InterruptedException {
    Map<String, String> before =
        Await.steady("what is installed", PATIENCE, APART, InstallE2e::resourceVersions);
    long position = cluster().audit().map(AuditLog::position).orElse(0L);

    InstallReport second = installer.install();

    System.out.println(second.render());
    assertThat(second.writes()).isZero();
    assertThat(second.stages()).allSatisfy(stage -> assertThat(stage.changes()).isEmpty());
    assertThat(resourceVersions()).isEqualTo(before);
    cluster()
        .audit()
        .ifPresent(
            audit ->
                assertThat(audit.since(position, "kruise-installer"))
                    .isNotEmpty()
                    .filteredOn(AuditLog.Request::isWrite)
                    .isEmpty());
    assertThat(installer.plan().isNoOp()).isTrue();
  }

  private static Map<String, String> resourceVersions() {
    Map<String, String> versions = new TreeMap<>();
    for (String collection :
        new String[] {
          "/api/v1/namespaces/" + NAMESPACE + "/services",
          "/api/v1/namespaces/" + NAMESPACE + "/secrets",
          "/api/v1/namespaces/" + NAMESPACE + "/serviceaccounts",
          "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
          "/apis/rbac.authorization.k8s.io/v1/clusterroles",
          "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
          LiveWebhooks.COLLECTIONS.get(0),
          LiveWebhooks.COLLECTIONS.get(1)
        }) {
      api()
          .items(collection)
          .forEach(
              item -> {
                var metadata = item.getAsJsonObject("metadata");
                versions.put(
                    collection + "/" + metadata.get("name").getAsString(),
                    metadata.get("resourceVersion").getAsString());
              });
    }
    return versions;
  }

  private static void managesWorkloads() throws InterruptedException {
    KubeApi.Answer denied = new LiveWebhooks(api()).invalidCloneSet();
    assertThat(denied.message())
        .contains("admission webhook \"vcloneset.kb.io\" denied the request");
    if (!cluster().hasHarnessPowers()) {
      return;
    }
    api().must("POST", CLONE_SETS, LiveWebhooks.cloneSet("works", "app:1", 2).toString());
    Await.until(
        "2 Pods of a CloneSet are Ready",
        Duration.ofSeconds(60),
        () -> {
          var status = object(CLONE_SETS + "/works").getAsJsonObject("status");
          return status != null
              && status.has("readyReplicas")
              && status.get("readyReplicas").getAsInt() == 2;
        });
    api().delete(CLONE_SETS + "/works");
  }

  private static Map<String, Long> theManagerHasLookedAtTheArmedConfigurations()
      throws InterruptedException {
    LiveWebhooks webhooks = new LiveWebhooks(api());
    // The manager keeps the list that it was given, and takes out what it does not serve, once.
    Await.until(
        "the manager has looked at the armed configurations", PATIENCE, webhooks::keptByTheManager);
    Map<String, Long> armed =
        Await.steady("the armed configurations", PATIENCE, APART, webhooks::generations);
    // Parked, on probation, enforced; and up to twice the manager's own list.
    assertThat(armed.values()).allMatch(generation -> generation >= 3L && generation <= 5L);
    return armed;
  }

  @Test
  void refusesAPlanThatNoLongerHolds_andLabelsTheNamespaceThatSomebodyHasMade() throws Exception {
    bystander();
    OpenKruiseInstaller installer = installer().build();
    InstallPlan plan = installer.plan();
    api().must("POST", "/api/v1/namespaces", namespace(NAMESPACE));

    InstallFailedException thrown =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            InstallFailedException.class, () -> installer.install(plan));

    assertThat(thrown.failure().code()).isEqualTo(FailureCode.PLAN_STALE);
    assertThat(thrown.failure().evidence()).anyMatch(line -> line.contains(NAMESPACE));
    assertThat(thrown.report().writes()).isZero();
    assertThat(
            installer
                .plan()
                .change(Stage.NAMESPACE, ObjectRef.cluster("v1", "Namespace", NAMESPACE))
                .orElseThrow()
                .action())
        .isNotEqualTo(ChangeAction.CREATE);
    installs(installer());
    nobodyWasRefused();
    assertThat(
            object("/api/v1/namespaces/" + NAMESPACE)
                .getAsJsonObject("metadata")
                .getAsJsonObject("labels")
                .get("control-plane")
                .getAsString())
        .isEqualTo("openkruise");
  }

  private static String namespace(String name) {
    return "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\""
        + name
        + "\"}}";
  }
}
