package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.uninstall.UninstallFailedException;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Installations are removed, whoever made them and whatever is in use: a bystander is never
 * refused, a second run writes nothing, and OpenKruise can be installed again. System properties:
 * {@code e2e.kill.rounds}, {@code e2e.kill.seed}.
 */
@TestMethodOrder(OrderAnnotation.class)
class UninstallE2e extends InstallTest {
  private static final int LEAVES_AN_INSTALLATION = 1;
  private static final int BEGINS_WITH_ONE = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** How long the bystander is watched after an uninstallation. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(2);

  private static final Duration HELM_PATIENCE = Duration.ofMinutes(5);
  private static final List<Stage> INSTANTS =
      List.of(
          Stage.SURVEY,
          Stage.DISARM,
          Stage.ADMIT,
          Stage.CUSTOM_RESOURCES,
          Stage.REMOVE_MANAGER,
          Stage.REMOVE_OBJECTS,
          Stage.REMOVE_DEFINITIONS,
          Stage.REMOVE_NAMESPACES);
  private static final UninstallOptions PLAIN = UninstallOptions.defaults();
  private static final UninstallOptions EVERYTHING =
      PLAIN.deleteCustomResources().removeDefinitions().removeNamespaces();
  private static final String APPS = "/apis/apps.kruise.io/v1alpha1/";
  private static final String CLONE_SETS = APPS + "namespaces/default/clonesets";
  private static final String STATEFUL_SETS = APPS + "namespaces/default/statefulsets";
  private static final String JOBS = APPS + "namespaces/default/imagepulljobs";
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

  @Test
  void keepsWhatIsInUse_andIsRefusedWithoutBeingTold() throws Exception {
    bystander();
    installs(installer());
    used();

    UninstallFailedException refused =
        catchThrowableOfType(UninstallFailedException.class, () -> remover().build().uninstall());
    assertThat(refused.failure().code()).isEqualTo(FailureCode.CUSTOM_RESOURCES_EXIST);
    assertThat(refused.failure().evidence())
        .anyMatch(line -> line.startsWith("1 CloneSet (apps.kruise.io): 1 in default"));
    assertThat(refused.report().writes()).isZero();
    assertInstalled();

    removed(PLAIN.keepCustomResources());

    assertThat(pods()).hasSize(2);
    assertThat(api().find(CLONE_SETS + "/works")).isPresent();
    assertThat(api().find(STATEFUL_SETS + "/old"))
        .as("in the version it is not stored in")
        .isPresent();
    assertThat(api().items(STATEFUL_SETS.replace("v1alpha1", "v1beta1"))).hasSize(1);
    installs(installer());
    assertThat(pods()).hasSize(2);
    scaled(3);
    removed(PLAIN.keepCustomResources());
    api().delete(CLONE_SETS + "/works");
    api().delete(STATEFUL_SETS + "/old");
    gone("what was kept is deleted without a manager", CLONE_SETS);
    nobodyWasRefused();
  }

  @Test
  @Order(LEAVES_AN_INSTALLATION)
  void removesEverything_andInstallsAgain() throws Exception {
    bystander();
    installs(installer());
    used();
    api().must("POST", JOBS, imagePullJob("pulls").toString());
    Await.until(
        "the manager has put its finalizer on",
        PATIENCE,
        () -> object(JOBS + "/pulls").toString().contains("deletion-protection"));

    removed(EVERYTHING);

    nothingIsLeft();
    assertThat(api().find("/api/v1/namespaces/" + NAMESPACE)).isEmpty();
    assertThat(api().find("/api/v1/namespaces/kruise-daemon-config")).isEmpty();
    podsOfCloneSetsGo();
    installs(installer());
    nobodyWasRefused();
  }

  @Test
  void removesWhatHelmInstalled_recordIncluded() throws Exception {
    bystander();
    helm("install", "kruise", chart("kruise-" + VERSION + ".tgz").toString(), "--wait");
    untilItWorks();
    assertInstalled();
    long from = bystander().moment();
    assertThat(helm("list", "-q")).contains("kruise");

    removed(PLAIN.removeDefinitions().removeNamespaces());

    nothingIsLeft();
    assertThat(helm("list", "-q")).isBlank();
    assertThat(api().find("/api/v1/namespaces/" + NAMESPACE)).as("helm made it").isPresent();
    assertNobodyWasRefused(bystander().reportSince(from));
    kubectl("delete", "namespace", NAMESPACE, "kruise-daemon-config");
    helm("install", "kruise", chart("kruise-" + VERSION + ".tgz").toString(), "--wait");
    untilItWorks();
    assertInstalled();
  }

  @Test
  void removesWhatKubectlApplied_byDefault() throws Exception {
    bystander();
    kubectl("apply", "--server-side", "-f", chart("kruise-" + VERSION + ".yaml").toString());
    untilItWorks();
    long from = bystander().moment();

    removed(PLAIN);

    assertThat(definitions()).as("definitions stay").isNotEmpty();
    assertThat(api().items(APPS + "nodeimages")).isEmpty();
    // A Pod of the daemon ends by itself.
    Await.until("nothing is left in the namespace", PATIENCE, UninstallE2e::namespaceIsEmpty);
    assertNobodyWasRefused(bystander().reportSince(from));
    installs(installer());
  }

  @Test
  @Order(BEGINS_WITH_ONE)
  @Tag(AS_IT_IS)
  void removesAnInstallationWhoseManagerIsGone() throws Exception {
    installed();
    used();
    kubectl("-n", NAMESPACE, "scale", "deployment/kruise-controller-manager", "--replicas=0");
    untilRefused(JUST_NOW);
    RepairTimeline timeline = new RepairTimeline(bystander());

    UninstallReport report = remover().listener(timeline).build().uninstall(EVERYTHING);

    System.out.println(report.render());
    Thread.sleep(AFTERWARDS.toMillis());
    timeline.assertKept("uninstalled although the manager is gone", true);
    nothingIsLeft();
    assertThat(remover().build().uninstall(EVERYTHING).writes()).isZero();
  }

  @Test
  void killedAtRandomInstantsItIsFinishedByTheNextRun() throws Exception {
    Random random = random("e2e.kill.seed");
    for (int round = 0; round < Integer.getInteger("e2e.kill.rounds", 1); round++) {
      if (round > 0) {
        reset();
      }
      bystander();
      installs(installer());
      used();
      for (Stage instant : killsOfARound(random, INSTANTS)) {
        killOne(instant, Duration.ofMillis(random.nextInt(1_000)));
      }

      removed(EVERYTHING);

      nothingIsLeft();
      podsOfCloneSetsGo();
      assertThat(api().find("/api/v1/namespaces/" + NAMESPACE)).isEmpty();
      nobodyWasRefused();
      endBystander();
    }
  }

  private static void killOne(Stage instant, Duration later) throws InterruptedException {
    try (InstallerChild child = InstallerChild.startUninstall(cluster().kubeconfig(), PATIENCE)) {
      child.killAfter("StageStarted " + instant.id(), later, PATIENCE);
    }
  }

  /** Removes, watched, and once more, which must write nothing. */
  private void removed(UninstallOptions options) throws InterruptedException {
    long from = bystander().moment();
    long began = System.nanoTime();
    UninstallReport report;
    try {
      report = remover().build().uninstall(options);
    } catch (UninstallFailedException e) {
      throw new AssertionError(e.report().render(), e);
    }
    long ended = System.nanoTime();
    System.out.println(report.render());
    System.out.printf("   uninstalled in %.1f s%n", (ended - began) / 1e9);
    assertThat(report.succeeded()).isTrue();
    assertThat(api().items(LiveWebhooks.COLLECTIONS.get(0))).isEmpty();
    assertThat(api().items(LiveWebhooks.COLLECTIONS.get(1))).isEmpty();
    UninstallReport again = remover().build().uninstall(options);
    assertThat(again.writes()).as(again.render()).isZero();
    Duration rest = AFTERWARDS.minusNanos(System.nanoTime() - ended);
    Thread.sleep(Math.max(0, rest.toMillis()));
    BystanderReport report2 = bystander().reportSince(from);
    assertThat(report2.refusals()).as(report2.render()).isEmpty();
  }

  private static void nothingIsLeft() {
    assertThat(definitions()).isEmpty();
    for (String kind : List.of("clusterroles", "clusterrolebindings")) {
      assertThat(names("/apis/rbac.authorization.k8s.io/v1/" + kind))
          .noneMatch(name -> name.contains("kruise"));
    }
  }

  private static List<String> definitions() {
    return names(CRDS).stream().filter(name -> name.endsWith(".kruise.io")).toList();
  }

  private static List<String> names(String collection) {
    return api().items(collection).stream()
        .map(item -> item.getAsJsonObject("metadata").get("name").getAsString())
        .toList();
  }

  /** A CloneSet that runs two Pods, and a StatefulSet that is stored in another version. */
  private static void used() throws InterruptedException {
    api().must("POST", CLONE_SETS, LiveWebhooks.cloneSet("works", "app:1", 2).toString());
    Await.until("two Pods of a CloneSet run", PATIENCE, () -> ready() == 2);
    JsonObject old = LiveWebhooks.cloneSet("old", "app:1", 0);
    old.addProperty("kind", "StatefulSet");
    old.getAsJsonObject("spec").addProperty("serviceName", "old");
    old.getAsJsonObject("spec").remove("updateStrategy");
    api().must("POST", STATEFUL_SETS, old.toString());
  }

  private static void scaled(int replicas) throws InterruptedException {
    api().must("PATCH", CLONE_SETS + "/works", "{\"spec\":{\"replicas\":" + replicas + "}}");
    Await.until("the CloneSet is seen to again", PATIENCE, () -> ready() == replicas);
  }

  private static int ready() {
    JsonObject status = object(CLONE_SETS + "/works").getAsJsonObject("status");
    return status != null && status.has("readyReplicas")
        ? status.get("readyReplicas").getAsInt()
        : 0;
  }

  /** What deletes a CloneSet does not wait until its Pods have ended. */
  private static void podsOfCloneSetsGo() throws InterruptedException {
    Await.until("the Pods of CloneSets go", PATIENCE, () -> podsOfCloneSets().isEmpty());
  }

  private static boolean namespaceIsEmpty() throws InterruptedException {
    return kubectl("-n", NAMESPACE, "get", "all,secrets,roles,rolebindings,leases", "-o", "name")
        .isBlank();
  }

  private static List<JsonObject> podsOfCloneSets() {
    return api().items(PODS).stream()
        .filter(pod -> pod.toString().contains("\"kind\":\"CloneSet\""))
        .toList();
  }

  /** Those that are to stay. */
  private static List<JsonObject> pods() {
    return podsOfCloneSets().stream()
        .filter(pod -> !pod.getAsJsonObject("metadata").has("deletionTimestamp"))
        .toList();
  }

  private static void gone(String what, String collection) throws InterruptedException {
    Await.until(what, PATIENCE, () -> api().items(collection).isEmpty());
  }

  private static JsonObject imagePullJob(String name) {
    return com.google.gson.JsonParser.parseString(
            """
            {"apiVersion": "apps.kruise.io/v1alpha1", "kind": "ImagePullJob",
             "metadata": {"name": "%s", "namespace": "default"},
             "spec": {"image": "app:1", "completionPolicy": {"type": "Never"}}}
            """
                .formatted(name))
        .getAsJsonObject();
  }

  private static OpenKruiseInstaller.Builder remover() {
    return OpenKruiseInstaller.builder()
        .kubeconfig(cluster().kubeconfig())
        .timeout(Duration.ofMinutes(3));
  }

  private static String helm(String... words) throws InterruptedException {
    return cluster().run(HELM_PATIENCE, helm(), words).orThrow("helm " + words[0]).out().strip();
  }

  private static String kubectl(String... words) throws InterruptedException {
    List<String> all = Stream.of(Arrays.stream(words)).flatMap(each -> each).toList();
    return cluster()
        .run(
            PATIENCE,
            cluster().kubectl().orElseThrow(() -> new IllegalStateException("no kubectl")),
            all.toArray(String[]::new))
        .orThrow("kubectl " + String.join(" ", words))
        .out()
        .strip();
  }
}
