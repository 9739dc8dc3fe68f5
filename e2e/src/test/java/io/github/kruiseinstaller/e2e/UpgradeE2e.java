package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.report.InstallReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * One version becomes the next while others ask for Pods and OpenKruise is in use: nobody is
 * refused, no Pod misses its sidecar, and no custom resource is lost. System properties: {@code
 * e2e.upgrade.versions}, {@code e2e.repeat}, {@code e2e.kill.rounds}, {@code e2e.kill.seed}.
 */
class UpgradeE2e extends InstallTest {
  private static final String CLONE_SET =
      "/apis/apps.kruise.io/v1alpha1/namespaces/default/clonesets";

  private static final String PODS = "PodWebhook";
  private static final String POD_WEBHOOK = "mpod.kb.io";

  private static final String SIDECAR_SETS = "/apis/apps.kruise.io/v1alpha1/sidecarsets";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> INSTANTS =
      List.of("crds", "park", "manager", "rollout", "cut-over", "prove", "retire", "arm", "verify");

  /** The versions to go through; 1.8.0 is built where it is named. */
  private static final List<String> VERSIONS =
      List.of(System.getProperty("e2e.upgrade.versions", "1.5.0,1.5.5," + VERSION).split(","));

  @Test
  void fromVersionToVersionNobodyIsRefusedAndEveryPodHasItsSidecar() throws Exception {
    needsHarness();
    for (int i = 0; i < Integer.getInteger("e2e.repeat", 1); i++) {
      if (i > 0) {
        reset();
      }
      images();
      installs(of(VERSIONS.get(0)));
      JsonObject used = use();
      for (String version : VERSIONS.subList(1, VERSIONS.size())) {
        System.out.println("-- to " + version);
        upgrades(of(version));
      }
      assertThat(object(CLONE_SET + "/works").getAsJsonObject("metadata").get("uid"))
          .isEqualTo(used.getAsJsonObject("metadata").get("uid"));
    }
  }

  @Test
  void oneReplicaWithADisruptionBudgetIsUpgraded() throws Exception {
    needsHarness();
    images();
    installs(one("kruise-1.5.5.yaml"));
    use();
    api()
        .must(
            "POST",
            "/apis/policy/v1/namespaces/" + NAMESPACE + "/poddisruptionbudgets",
            """
            {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
             "metadata": {"name": "manager"},
             "spec": {"minAvailable": 1,
                      "selector": {"matchLabels": {"control-plane": "controller-manager"}}}}
            """);

    upgrades(one("kruise-" + VERSION + ".yaml"));
  }

  @Test
  void aNewManagerThatCrashesLeavesTheOldOneServing() throws Exception {
    needsHarness();
    images();
    installs(installer("kruise-1.5.5.yaml"));
    use();
    bystander();
    SidecarWatch sidecars = SidecarWatch.begin(api());
    try {
      Failure failure =
          failsBesideTheOldOne(
              installer().customize(Customizer.image("openkruise/kruise-manager:crash")),
              FailureCode.CONTAINER_CRASHING,
              Stage.ROLLOUT);

      assertThat(failure.evidence())
          .anyMatch(line -> line.startsWith("taken back: the manager's Deployment"));
      installs(installer());
    } finally {
      sidecars.end();
    }
    everyPodHadItsSidecar(sidecars);
    nobodyWasRefused();
  }

  /** Two managers that serve different webhooks would fight for the configurations. */
  @Test
  void webhooksOnPodsGoAndComeBackAndNobodyIsRefused() throws Exception {
    installs(installer());
    bystander();

    InstallReport without = installs(installer().customize(Customizer.featureGate(PODS, false)));
    assertThat(new LiveWebhooks(api()).names()).isNotEmpty().doesNotContain(POD_WEBHOOK);
    InstallReport with = installs(installer());

    assertThat(new LiveWebhooks(api()).names()).contains(POD_WEBHOOK);
    for (InstallReport report : List.of(without, with)) {
      assertThat(report.stages()).noneMatch(stage -> stage.stage() == Stage.CUT_OVER);
    }
    nobodyWasRefused();
  }

  @Test
  void killedAtRandomInstantsItIsFinishedByTheNextRun() throws Exception {
    needsHarness();
    images();
    Random random = random("e2e.kill.seed");
    for (int round = 0; round < Integer.getInteger("e2e.kill.rounds", 1); round++) {
      if (round > 0) {
        reset();
      }
      installs(installer("kruise-1.5.5.yaml"));
      use();
      bystander();
      for (String instant : killsOfARound(random, INSTANTS)) {
        killOne(instant, Duration.ofMillis(random.nextInt(3_000)));
      }
      installs(installer());
      assertThat(installer().build().install().writes()).as("a second run").isZero();
      nobodyWasRefused();
      endBystander();
    }
  }

  private static void killOne(String instant, Duration later) throws InterruptedException {
    Path manifests = chart("kruise-" + VERSION + ".yaml");
    try (InstallerChild child = InstallerChild.start(cluster().kubeconfig(), manifests, PATIENCE)) {
      child.killAfter("StageStarted " + instant, later, PATIENCE);
    }
  }

  private InstallReport upgrades(OpenKruiseInstaller.Builder builder) throws Exception {
    bystander();
    SidecarWatch sidecars = SidecarWatch.begin(api());
    InstallReport report;
    try {
      report = installs(builder);
    } finally {
      sidecars.end();
    }
    nobodyWasRefused();
    endBystander();
    everyPodHadItsSidecar(sidecars);
    assertThat(report.stages()).anyMatch(stage -> stage.stage() == Stage.CUT_OVER);
    assertThat(
            object("/api/v1/namespaces/" + NAMESPACE + "/services/kruise-webhook-service")
                .getAsJsonObject("spec")
                .getAsJsonObject("selector")
                .keySet())
        .doesNotContain("pod-template-hash");
    assertThat(builder.build().install().writes()).as("a second run").isZero();
    return report;
  }

  private static void everyPodHadItsSidecar(SidecarWatch sidecars) {
    System.out.println(sidecars);
    assertThat(sidecars.missed()).isEmpty();
    assertThat(sidecars.asked()).isGreaterThan(20);
  }

  /** Of 1.8.0 there is no chart here; its manager runs with the manifests of 1.8.3. */
  private static OpenKruiseInstaller.Builder of(String version) {
    return version.equals("1.8.0")
        ? installer().customize(Customizer.image("openkruise/kruise-manager:v1.8.0"))
        : installer("kruise-" + version + ".yaml");
  }

  private static OpenKruiseInstaller.Builder one(String file) {
    return installer(file).customize(Customizer.replicas(1));
  }

  private static void images() throws InterruptedException {
    for (String version : VERSIONS) {
      if (!version.equals(VERSION)) {
        cluster().harness().image("docker.io/openkruise/kruise-manager:v" + version, version);
      }
    }
  }

  /** A CloneSet with Pods, and a SidecarSet for Pods with a label. */
  private static JsonObject use() throws InterruptedException {
    JsonObject made =
        api().must("POST", CLONE_SET, LiveWebhooks.cloneSet("works", "app:1", 2).toString());
    api().must("POST", SIDECAR_SETS, SidecarWatch.SIDECAR_SET);
    Await.until(
        "Pods get their sidecar", Duration.ofSeconds(30), () -> SidecarWatch.injects(api()));
    return made;
  }
}
