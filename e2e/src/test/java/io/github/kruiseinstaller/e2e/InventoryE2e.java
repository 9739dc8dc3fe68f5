package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What is installed is recorded so that kubectl reads it, what a release no longer has goes, what
 * may hold data stays; nobody is refused, and a second run writes nothing.
 */
@TestMethodOrder(OrderAnnotation.class)
class InventoryE2e extends InstallTest {
  private static final int LEAVES_AN_INSTALLATION = 1;
  private static final int BEGINS_WITH_ONE = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String PART_OF = "applyset.kubernetes.io/part-of";
  private static final String PARENT =
      "/api/v1/namespaces/" + NAMESPACE + "/configmaps/kruise-installer";
  private static final String DAEMON =
      "/apis/apps/v1/namespaces/" + NAMESPACE + "/daemonsets/kruise-daemon";
  private static final String EXTRA_ROLE =
      "/apis/rbac.authorization.k8s.io/v1/clusterroles/kruise-extra-role";
  private static final String SETTINGS =
      "/api/v1/namespaces/" + NAMESPACE + "/configmaps/kruise-settings";

  /** What a distribution may add to the official chart, and may no longer have one day. */
  private static final String EXTRAS =
      """
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata:
        name: kruise-extra-role
      rules: []
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: kruise-settings
        namespace: kruise-system
      data:
        a: b
      """;

  @Test
  @Order(LEAVES_AN_INSTALLATION)
  void everyObjectIsAMember_andKubectlKnowsTheInventoryForAnApplySet() throws Exception {
    bystander();
    installs(installer());

    JsonObject parent = object(PARENT);
    String command = parent.getAsJsonObject("data").get("members").getAsString();
    List<String> members = kubectl(words(command)).lines().toList();
    assertThat(members).containsExactlyInAnyOrderElementsOf(expected());
    Path other = Files.createTempFile("other", ".yaml");
    Files.writeString(
        other, "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: kruise-system}}");
    String refusal =
        cluster()
            .run(
                PATIENCE,
                Path.of("/usr/bin/env"),
                "KUBECTL_APPLYSET=true",
                cluster().kubectl().orElseThrow().toString(),
                "apply",
                "-n",
                NAMESPACE,
                "--prune",
                "--applyset=configmap/kruise-installer",
                "--dry-run=server",
                "-f",
                other.toString())
            .toString();
    assertThat(refusal)
        .contains("is managed by tooling \"kruise-installer\" instead of \"kubectl\"");
    assertThat(installer().build().install().writes()).isZero();
    nobodyWasRefused();
  }

  @Test
  void withItsFeatureGateOff_theDaemonGoes_andWhatMayHoldDataStays() throws Exception {
    bystander();
    installs(extended("kruise-" + VERSION + ".yaml"));
    assertThat(api().find(DAEMON)).isPresent();
    OpenKruiseInstaller.Builder without =
        installer().customize(Customizer.featureGate("KruiseDaemon", false));
    InstallPlan plan = without.build().plan();
    System.out.println(plan.render());
    assertThat(plan.stage(Stage.PRUNE).orElseThrow().changes())
        .extracting(change -> change.action() + " " + change.object())
        .contains(
            ChangeAction.PRUNE + " DaemonSet kruise-system/kruise-daemon",
            ChangeAction.PRUNE + " ClusterRole kruise-extra-role",
            ChangeAction.KEEP + " ConfigMap kruise-system/kruise-settings");

    InstallReport report = installs(without);

    assertThat(api().find(DAEMON)).isEmpty();
    assertThat(api().find(EXTRA_ROLE)).isEmpty();
    assertThat(api().find(SETTINGS)).isPresent();
    assertThat(report.render())
        .contains("kubectl -n kruise-system delete configmaps kruise-settings");
    Await.until(
        "the daemon's Pods go",
        PATIENCE,
        () ->
            api().items("/api/v1/namespaces/" + NAMESPACE + "/pods").stream()
                .noneMatch(pod -> pod.toString().contains("\"kruise-daemon-")));
    assertThat(without.build().install().writes()).isZero();
    nobodyWasRefused();
  }

  @Test
  void anUpgradeRemovesWhatTheNewReleaseHasNoMore() throws Exception {
    needsHarness();
    cluster().harness().image("docker.io/openkruise/kruise-manager:v1.5.5", "1.5.5");
    installs(extended("kruise-1.5.5.yaml"));
    bystander();

    InstallReport report = installs(installer());

    assertThat(report.stages())
        .last()
        .satisfies(stage -> assertThat(stage.stage()).isEqualTo(Stage.PRUNE));
    assertThat(api().find(EXTRA_ROLE)).isEmpty();
    assertThat(api().find(SETTINGS)).isPresent();
    assertThat(object(PARENT).getAsJsonObject("data").get("release").getAsString())
        .isEqualTo(VERSION);
    assertThat(installer().build().install().writes()).isZero();
    nobodyWasRefused();
  }

  @Test
  @Order(BEGINS_WITH_ONE)
  @Tag(AS_IT_IS)
  void anInstallationOfAnEarlierVersion_becomesAnInventoryWithoutARollout() throws Exception {
    installed();
    takeTheMarksOff();
    api().delete(PARENT);
    List<String> pods = pods();

    InstallReport report = installs(installer());

    assertThat(report.stages()).noneMatch(stage -> stage.stage() == Stage.DISARM);
    assertThat(pods()).as("no rollout").isEqualTo(pods);
    assertThat(
            kubectl(words(object(PARENT).getAsJsonObject("data").get("members").getAsString()))
                .lines())
        .containsExactlyInAnyOrderElementsOf(expected());
    assertThat(installer().build().install().writes()).isZero();
    nobodyWasRefused();
  }

  /** As an earlier version of this library has installed. */
  private static void takeTheMarksOff() throws InterruptedException {
    Map<String, List<String>> members =
        kubectl(words(object(PARENT).getAsJsonObject("data").get("members").getAsString()))
            .lines()
            .collect(Collectors.groupingBy(InventoryE2e::namespaceOf));
    for (Map.Entry<String, List<String>> each : members.entrySet()) {
      List<String> words = new ArrayList<>(List.of("label"));
      words.addAll(each.getValue());
      words.add(PART_OF + "-");
      if (!each.getKey().isEmpty()) {
        words.addAll(List.of("-n", each.getKey()));
      }
      kubectl(words.toArray(String[]::new));
    }
  }

  /** Where a member is, empty for one of the whole cluster. */
  private static String namespaceOf(String member) {
    if (isOfTheCluster(member)) {
      return "";
    }
    return member.contains("daemon-secret") ? "kruise-daemon-config" : NAMESPACE;
  }

  /** The objects of the release as kubectl names them, but the Secret that the manager fills in. */
  private static List<String> expected() {
    return ReleaseSource.manifests(chart("kruise-" + VERSION + ".yaml"))
        .load(new ReleaseRequest(null, "1.34.0"))
        .manifests()
        .stream()
        .filter(manifest -> !manifest.isKind("Secret"))
        .map(Manifest::ref)
        .map(InventoryE2e::name)
        .toList();
  }

  private static String name(ObjectRef ref) {
    return ref.kind().toLowerCase(Locale.ROOT)
        + (ref.group().isEmpty() ? "" : "." + ref.group())
        + "/"
        + ref.name();
  }

  private static boolean isOfTheCluster(String member) {
    return member.startsWith("cluster")
        || member.startsWith("namespace/")
        || member.startsWith("customresourcedefinition")
        || member.contains("webhookconfiguration");
  }

  /** The words of a kubectl command for people, and that only names are asked for. */
  private static String[] words(String command) {
    List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
    words.remove(0);
    words.addAll(List.of("-o", "name"));
    return words.toArray(String[]::new);
  }

  private static List<String> pods() throws InterruptedException {
    return kubectl("-n", NAMESPACE, "get", "pods", "-o", "jsonpath={.items[*].metadata.uid}")
        .lines()
        .toList();
  }

  private static OpenKruiseInstaller.Builder extended(String file) throws IOException {
    return installer(file)
        .release(
            ReleaseSource.manifests(Files.readString(chart(file)) + EXTRAS, file + " and more"));
  }

  private static String kubectl(String... words) throws InterruptedException {
    return cluster()
        .run(PATIENCE, cluster().kubectl().orElseThrow(), words)
        .orThrow("kubectl " + String.join(" ", words))
        .out()
        .strip();
  }
}
