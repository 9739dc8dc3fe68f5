package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.plan.ExistingInstallation;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.InstallationMaker;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What Helm or kubectl installed is refused, and taken over where that is asked for: nobody is
 * refused, the same Pods go on where the version is the same, no custom resource is lost, and
 * nobody else owns anything afterwards.
 */
class TakeOverE2e extends InstallTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration HELM_PATIENCE = Duration.ofMinutes(5);

  /** Between two readings: both managers have had the time to write what they keep. */
  private static final Duration APART = Duration.ofSeconds(2);

  private static final String CLONE_SETS =
      "/apis/apps.kruise.io/v1alpha1/namespaces/default/clonesets";
  private static final String CHART = "kruise-" + VERSION + ".tgz";
  private static final String MANIFESTS = "kruise-" + VERSION + ".yaml";
  private static final Set<String> CONTROLLERS =
      Set.of("kube-controller-manager", "kubelet", "kruise-manager", "manager");

  @Test
  void whatHelmInstalled_isTakenOver_andItsRecordKept() throws Exception {
    helm("install", "kruise", chart(CHART).toString(), "--wait");
    used();
    refused(InstallationMaker.HELM, "Helm release kruise in default (revision 1, chart kruise-");

    InstallReport report = sameVersion(TakeOver.KEEP_HELM_RECORD);

    assertThat(report.render()).contains("helm uninstall would delete");
    assertThat(helm("list", "-q")).isEqualTo("kruise");
    helm("uninstall", "kruise", "--no-hooks");
    Await.until("as said, helm deletes definitions", PATIENCE, () -> definitions().isEmpty());
  }

  @Test
  void whatHelmInstalled_isTakenOver_andItsRecordRemoved() throws Exception {
    helm("install", "kruise", chart(CHART).toString(), "--wait");
    helm("upgrade", "kruise", chart(CHART).toString(), "--force-conflicts", "--wait");
    used();
    refused(InstallationMaker.HELM, "revision 2");

    sameVersion(TakeOver.REMOVE_HELM_RECORD);

    assertThat(helm("list", "-q")).isBlank();
    assertThat(cluster().run(PATIENCE, helm(), "uninstall", "kruise").exitCode()).isNotZero();
    assertThat(definitions()).isNotEmpty();
    assertThat(api().find(CLONE_SETS + "/works")).isPresent();
  }

  @Test
  void whatKubectlApplied_isTakenOver() throws Exception {
    kubectl("apply", "-f", chart(MANIFESTS).toString());
    used();
    refused(InstallationMaker.KUBECTL_APPLY, "kubectl apply");

    sameVersion(TakeOver.KEEP_HELM_RECORD);
  }

  @Test
  void whatKubectlAppliedOnTheServer_isTakenOver() throws Exception {
    kubectl("apply", "--server-side", "-f", chart(MANIFESTS).toString());
    used();
    refused(InstallationMaker.KUBECTL_SERVER_SIDE_APPLY, "kubectl apply --server-side");

    sameVersion(TakeOver.KEEP_HELM_RECORD);
  }

  @Test
  void anOlderVersionOfHelms_isTakenOverAndUpgradedInOneRun() throws Exception {
    needsHarness();
    cluster().harness().image("docker.io/openkruise/kruise-manager:v1.5.0", "1.5.0");
    helm("install", "kruise", chart("kruise-1.5.0.tgz").toString(), "--wait");
    used();
    bystander();

    InstallReport report = installs(installer().takeOver(TakeOver.REMOVE_HELM_RECORD));

    nobodyWasRefused();
    endBystander();
    assertThat(report.stages()).anyMatch(stage -> stage.stage() == Stage.CUT_OVER);
    assertThat(api().find(CLONE_SETS + "/works")).isPresent();
    assertThat(helm("list", "-q")).isBlank();
    settled(TakeOver.REMOVE_HELM_RECORD);
  }

  @Test
  void anIncidentThatHelmHasMade_isHealedWithTheOption() throws Exception {
    bystander();
    kubectl("create", "namespace", NAMESPACE);
    helm(
        "install",
        "kruise",
        chart(CHART).toString(),
        "--set",
        "installation.createNamespace=false");
    untilRefused(JUST_NOW);
    Failure failure = refused(InstallationMaker.HELM, "Helm release kruise in default");
    assertThat(failure.remedy()).contains("repair()");

    heals(installer().takeOver(TakeOver.REMOVE_HELM_RECORD));

    assertThat(helm("list", "-q")).isBlank();
    settled(TakeOver.REMOVE_HELM_RECORD);
  }

  /** Without the option, whatever it is: said by the plan, and refused with nothing written. */
  private static Failure refused(InstallationMaker maker, String owner)
      throws InterruptedException {
    Map<String, String> before =
        Await.steady("what is installed", PATIENCE, APART, TakeOverE2e::versions);
    InstallPlan plan = installer().build().plan();
    System.out.println(plan.render());
    ExistingInstallation existing = plan.existingInstallation();
    assertThat(existing).isNotNull();
    assertThat(existing.madeBy()).isEqualTo(maker);
    assertThat(existing.owner()).contains(owner);
    InstallFailedException refused =
        catchThrowableOfType(InstallFailedException.class, () -> installer().build().install());
    assertThat(refused).isNotNull();
    System.out.println(refused.failure().render());
    assertThat(refused.failure().code()).isEqualTo(FailureCode.INSTALLED_BY_OTHERS);
    assertThat(refused.failure().remedy()).contains(".takeOver(TakeOver.");
    assertThat(refused.report().writes()).isZero();
    assertThat(versions()).isEqualTo(before);
    return refused.failure();
  }

  /** Takes over what is of the release's version: the same Pods go on, and nobody is refused. */
  private InstallReport sameVersion(TakeOver how) throws InterruptedException {
    Set<String> pods = pods();
    bystander();
    OpenKruiseInstaller.Builder builder = installer().takeOver(how);
    System.out.println(builder.build().plan().render());

    InstallReport report = installs(builder);

    Thread.sleep(SEEN.toMillis());
    nobodyWasRefused();
    endBystander();
    assertThat(pods()).as("the same Pods").isEqualTo(pods);
    assertThat(report.stages()).noneMatch(stage -> stage.stage() == Stage.DISARM);
    assertThat(api().find(CLONE_SETS + "/works")).isPresent();
    settled(how);
    return report;
  }

  /** Nobody else is in it any more, and another run, with or without the option, does nothing. */
  private static void settled(TakeOver how) throws InterruptedException {
    assertThat(wrong()).isEmpty();
    for (OpenKruiseInstaller.Builder each : List.of(installer(), installer().takeOver(how))) {
      InstallPlan plan = each.build().plan();
      assertThat(plan.existingInstallation()).isNull();
      assertThat(plan.isNoOp()).as(plan.render()).isTrue();
      assertThat(each.build().install().writes()).isZero();
    }
  }

  /** Fields of two owners, and objects that still tell of another one. */
  private static List<String> wrong() throws InterruptedException {
    List<String> wrong = new ArrayList<>();
    for (JsonElement item : live().getAsJsonArray("items")) {
      JsonObject object = item.getAsJsonObject();
      JsonObject metadata = object.getAsJsonObject("metadata");
      String name = object.get("kind").getAsString() + " " + metadata.get("name").getAsString();
      Map<String, Set<String>> owners = new LinkedHashMap<>();
      // An object of which a release has nothing but the name is owned by nobody.
      JsonArray entries =
          metadata.has("managedFields")
              ? metadata.getAsJsonArray("managedFields")
              : new JsonArray();
      for (JsonElement each : entries) {
        JsonObject entry = each.getAsJsonObject();
        String manager = entry.get("manager").getAsString();
        if (!entry.has("subresource") && !CONTROLLERS.contains(manager)) {
          if (manager.matches("helm|kubectl|kubectl-client-side-apply|kubectl-create")
              && !object.get("kind").getAsString().equals("Namespace")) {
            wrong.add(name + " has an entry of " + manager);
          }
          String owner = manager + " " + entry.get("operation").getAsString();
          leaves("", entry.getAsJsonObject("fieldsV1"))
              .forEach(leaf -> owners.computeIfAbsent(leaf, l -> new LinkedHashSet<>()).add(owner));
        }
      }
      owners.forEach(
          (field, managers) -> {
            if (managers.size() > 1) {
              wrong.add(name + " " + field + " is owned by " + managers);
            }
          });
      metadata.remove("managedFields");
      for (String mark :
          List.of("meta.helm.sh/", "managed-by\":\"Helm", "last-applied-configuration")) {
        if (metadata.toString().contains(mark)) {
          wrong.add(name + " still has " + mark);
        }
      }
    }
    return wrong;
  }

  private static List<String> leaves(String path, JsonObject node) {
    List<String> leaves = new ArrayList<>();
    if (node.isEmpty()) {
      leaves.add(path);
    }
    node.entrySet().stream()
        .filter(field -> !field.getKey().equals("."))
        .forEach(
            field ->
                leaves.addAll(
                    leaves(path + "/" + field.getKey(), field.getValue().getAsJsonObject())));
    return leaves;
  }

  private static JsonObject live() throws InterruptedException {
    return JsonParser.parseString(
            kubectl(
                "get", "-f", chart(MANIFESTS).toString(), "--show-managed-fields", "-o", "json"))
        .getAsJsonObject();
  }

  /** What is written nowhere when nothing is: generations, since the manager's status moves. */
  private static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    for (String path :
        List.of(
            "/apis/apps/v1/namespaces/" + NAMESPACE + "/deployments",
            "/apis/apps/v1/namespaces/" + NAMESPACE + "/daemonsets",
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations")) {
      for (JsonObject item : api().items(path)) {
        JsonObject metadata = item.getAsJsonObject("metadata");
        versions.put(
            path + "/" + metadata.get("name"),
            metadata.get("generation") + " " + metadata.get("annotations"));
      }
    }
    return versions;
  }

  private static Set<String> pods() {
    return api().items("/api/v1/namespaces/" + NAMESPACE + "/pods").stream()
        .map(pod -> pod.getAsJsonObject("metadata").get("uid").getAsString())
        .collect(Collectors.toSet());
  }

  private static List<String> definitions() {
    return api().items("/apis/apiextensions.k8s.io/v1/customresourcedefinitions").stream()
        .map(item -> item.getAsJsonObject("metadata").get("name").getAsString())
        .filter(name -> name.endsWith(".kruise.io"))
        .toList();
  }

  /** A CloneSet with Pods, of managers that have written what they write by themselves. */
  private static void used() throws InterruptedException {
    untilItWorks();
    Await.until(
        "the managers keep their lists", PATIENCE, new LiveWebhooks(api())::keptByTheManager);
    api().must("POST", CLONE_SETS, LiveWebhooks.cloneSet("works", "app:1", 2).toString());
  }

  private static String helm(String... words) throws InterruptedException {
    return cluster().run(HELM_PATIENCE, helm(), words).orThrow("helm " + words[0]).out().strip();
  }

  private static String kubectl(String... words) throws InterruptedException {
    return cluster()
        .run(
            PATIENCE,
            cluster().kubectl().orElseThrow(() -> new IllegalStateException("no kubectl")),
            words)
        .orThrow("kubectl " + String.join(" ", words))
        .out()
        .strip();
  }
}
