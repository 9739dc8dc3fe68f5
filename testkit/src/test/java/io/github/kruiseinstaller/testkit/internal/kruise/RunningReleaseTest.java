package io.github.kruiseinstaller.testkit.internal.kruise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.network.WebhookFailure;
import io.github.kruiseinstaller.testkit.internal.network.WebhookTarget;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The small release in a cluster of the real parts. */
class RunningReleaseTest {
  private static final String NAMESPACE = "kruise-system";
  private static final Plural DEPLOYMENTS = new Plural("apps", "deployments");
  private static final Plural DAEMON_SETS = new Plural("apps", "daemonsets");
  private static final Plural JOBS = new Plural("batch", "jobs");

  private final RealCluster cluster = new RealCluster(KruiseBehavior.REALISTIC);

  @AfterEach
  void close() {
    cluster.close();
  }

  private JsonNode deployment() {
    return cluster.get(DEPLOYMENTS, NAMESPACE, "kruise-controller-manager");
  }

  private JsonNode webhook(String name) {
    for (Plural plural : List.of(Plural.MUTATING, Plural.VALIDATING)) {
      for (JsonNode webhook : Nodes.list(cluster.list(plural, "").get(0), "webhooks")) {
        if (webhook.path("name").asText().equals(name)) {
          return webhook;
        }
      }
    }
    throw new AssertionError(name);
  }

  private ObjectNode call(String webhook, ObjectNode object) throws WebhookFailure {
    ObjectNode review = Json.object();
    review.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
    ObjectNode request = review.putObject("request").put("uid", "1").put("operation", "CREATE");
    request.put("namespace", Nodes.namespace(object)).set("object", object);
    return cluster.calls.post(WebhookTarget.of(webhook(webhook).path("clientConfig")), review, 10);
  }

  private static ObjectNode cloneSet(String label) {
    return RealCluster.json(
        "{'apiVersion':'apps.kruise.io/v1alpha1','kind':'CloneSet','metadata':{'name':'web',"
            + "'namespace':'default'},'spec':{'replicas':2,'selector':{'matchLabels':{'app':"
            + "'web'}},'template':{'metadata':{'labels':{'app':'"
            + label
            + "'}},'spec':{'containers':[{'name':'c','image':'nginx:1'}]}}}}");
  }

  @Test
  void theRelease_rollsOutAndServes() throws WebhookFailure {
    cluster.apply(SmallRelease.yaml());
    cluster.seconds(30);
    assertThat(Nodes.number(0, deployment(), "status", "availableReplicas")).isEqualTo(2);
    assertThat(RealCluster.condition(deployment(), "Available").path("status").asText())
        .isEqualTo("True");
    assertThat(
            Nodes.number(
                0, cluster.get(DAEMON_SETS, NAMESPACE, "kruise-daemon"), "status", "numberReady"))
        .isEqualTo(1);
    assertThat(call("mcloneset.kb.io", cloneSet("web")).path("response").path("patch").asText())
        .isNotEmpty();
    assertThat(
            call("vcloneset.kb.io", cloneSet("other"))
                .path("response")
                .path("status")
                .path("message")
                .asText())
        .contains("`selector` does not match template `labels`");
    String template =
        Nodes.textOrEmpty(
            cluster.list(Plural.MUTATING, "").get(0), "metadata", "annotations", "template");
    assertThat(template).startsWith("[{\"name\":\"mpod.kb.io\",\"clientConfig\":{\"service\":");
    assertThat(cluster.list(Plural.NODE_IMAGES, ""))
        .extracting(Nodes::name)
        .containsExactly("node-1");
    assertThat(cluster.list(Plural.LEASES, NAMESPACE))
        .extracting(Nodes::name)
        .contains("kruise-manager");
  }

  @Test
  void onceInOrder_nothingIsWrittenAnyMore() {
    cluster.apply(SmallRelease.yaml());
    cluster.seconds(30);
    List<String> before = versions();
    cluster.seconds(180);
    assertThat(versions()).isEqualTo(before);
  }

  private List<String> versions() {
    return List.of(
        Nodes.resourceVersion(cluster.list(Plural.MUTATING, "").get(0)),
        Nodes.resourceVersion(cluster.list(Plural.VALIDATING, "").get(0)),
        Nodes.resourceVersion(cluster.get(Plural.SECRETS, NAMESPACE, "kruise-webhook-certs")),
        Nodes.resourceVersion(cluster.get(Plural.DEFINITIONS, "", "statefulsets.apps.kruise.io")));
  }

  @Test
  void aCloneSet_runsAndIsUpdated() {
    cluster.apply(SmallRelease.yaml());
    cluster.seconds(30);
    cluster.add(cloneSet("web"));
    cluster.seconds(10);
    assertThat(Nodes.number(0, status(), "readyReplicas")).isEqualTo(2);
    cluster.edit(
        Plural.CLONE_SETS,
        "default",
        "web",
        object ->
            ((ObjectNode)
                    object.path("spec").path("template").path("spec").path("containers").path(0))
                .put("image", "nginx:2"));
    cluster.seconds(30);
    assertThat(Nodes.number(0, status(), "updatedReadyReplicas")).isEqualTo(2);
    assertThat(Nodes.number(0, status(), "observedGeneration")).isEqualTo(2);
    assertThat(cluster.list(Plural.PODS, "default"))
        .allSatisfy(
            pod ->
                assertThat(pod.path("spec").path("containers").path(0).path("image").asText())
                    .isEqualTo("nginx:2"));
    cluster.delete(Plural.CLONE_SETS, "default", "web");
    cluster.seconds(40);
    assertThat(cluster.list(Plural.PODS, "default")).isEmpty();
  }

  private JsonNode status() {
    return cluster.get(Plural.CLONE_SETS, "default", "web").path("status");
  }

  @Test
  void withoutConfigurations_theManagerCrashesAgainAndAgain() {
    cluster.apply(SmallRelease.yaml());
    cluster.delete(Plural.MUTATING, "", WebhookConfigurations.MUTATING_NAME);
    cluster.seconds(75);
    assertThat(Nodes.number(0, deployment(), "status", "readyReplicas")).isZero();
    ObjectNode pod =
        cluster.list(Plural.PODS, NAMESPACE).stream()
            .filter(each -> Nodes.name(each).startsWith("kruise-controller-manager"))
            .findFirst()
            .orElseThrow();
    JsonNode container = pod.path("status").path("containerStatuses").path(0);
    assertThat(container.path("restartCount").asInt()).isPositive();
    assertThat(container.path("lastState").path("terminated").path("exitCode").asInt())
        .isEqualTo(1);
    assertThat(cluster.log(NAMESPACE, Nodes.name(pod), "manager"))
        .contains("not found MutatingWebhookConfiguration");
  }

  @Test
  void withoutRights_theManagerDoesNotBecomeReady() {
    cluster.apply(SmallRelease.yaml());
    cluster.delete(
        new Plural("rbac.authorization.k8s.io", "clusterrolebindings"),
        "",
        "kruise-manager-rolebinding");
    cluster.seconds(15);
    assertThat(Nodes.number(0, deployment(), "status", "readyReplicas")).isZero();
  }

  @Test
  void anUpgrade_replacesBothReplicas() throws WebhookFailure {
    cluster.apply(SmallRelease.yaml(new ManagerVersion(1, 8, 0)));
    cluster.seconds(30);
    cluster.edit(
        DEPLOYMENTS,
        NAMESPACE,
        "kruise-controller-manager",
        object ->
            ((ObjectNode)
                    object.path("spec").path("template").path("spec").path("containers").path(0))
                .put("image", "openkruise/kruise-manager:v1.8.3"));
    cluster.seconds(60);
    assertThat(Nodes.number(0, deployment(), "status", "updatedReplicas")).isEqualTo(2);
    assertThat(Nodes.number(0, deployment(), "status", "availableReplicas")).isEqualTo(2);
    assertThat(
            call("vcloneset.kb.io", cloneSet("web")).path("response").path("allowed").asBoolean())
        .isTrue();
  }

  @Test
  void aStoppedManager_refusesConnections() throws WebhookFailure {
    cluster.apply(SmallRelease.yaml());
    cluster.seconds(30);
    call("mcloneset.kb.io", cloneSet("web"));
    cluster.edit(
        DEPLOYMENTS,
        NAMESPACE,
        "kruise-controller-manager",
        object -> Nodes.object(object, "spec").put("replicas", 0));
    cluster.seconds(30);
    assertThatThrownBy(() -> call("mcloneset.kb.io", cloneSet("web")))
        .isInstanceOf(WebhookFailure.class);
  }

  @Test
  void theUninstallHook_failsWhileACloneSetExists() {
    cluster.apply(SmallRelease.yaml());
    cluster.add(
        RealCluster.json(
            "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRoleBinding','metadata':"
                + "{'name':'hook'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':"
                + "'ClusterRole','name':'kruise-manager-role'},'subjects':[{'kind':"
                + "'ServiceAccount','name':'default','namespace':'kruise-system'}]}"));
    cluster.seconds(30);
    cluster.add(cloneSet("web"));
    hook("busy");
    assertThat(Nodes.number(0, cluster.get(JOBS, NAMESPACE, "busy"), "status", "failed"))
        .isEqualTo(1);
    cluster.delete(Plural.CLONE_SETS, "default", "web");
    hook("clean");
    assertThat(Nodes.number(0, cluster.get(JOBS, NAMESPACE, "clean"), "status", "succeeded"))
        .isEqualTo(1);
  }

  private void hook(String name) {
    cluster.add(
        RealCluster.json(
            "{'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'"
                + name
                + "','namespace':'kruise-system'},'spec':{'backoffLimit':0,'template':{'spec':"
                + "{'restartPolicy':'Never','containers':[{'name':'hook','image':"
                + "'openkruise/kruise-helm-hook:v0.1.0'}]}}}}"));
    cluster.seconds(20);
  }

  @Test
  void cloneSets_areDefaultedAndValidatedOnTheirWayIn() {
    cluster.apply(SmallRelease.yaml());
    cluster.seconds(30);
    ObjectNode created = cluster.add(cloneSet("web"));
    assertThat(Nodes.number(0, created, "spec", "revisionHistoryLimit")).isEqualTo(10);
    assertThatThrownBy(() -> cluster.add(named(cloneSet("other"), "bad")))
        .isInstanceOf(StatusException.class)
        .hasMessage(
            "admission webhook \"vcloneset.kb.io\" denied the request:"
                + " spec.template.metadata.labels: Invalid value:"
                + " map[string]string{\"app\":\"other\"}: `selector` does not match template"
                + " `labels`")
        .extracting(e -> ((StatusException) e).code())
        .isEqualTo(422);
  }

  private static ObjectNode named(ObjectNode object, String name) {
    Nodes.object(object, "metadata").put("name", name);
    return object;
  }

  private static ObjectNode pod(String name) {
    return RealCluster.json(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'"
            + name
            + "','namespace':'default','labels':{'app':'web'}},"
            + "'spec':{'containers':[{'name':'c','image':'nginx:1'}]}}");
  }

  @Test
  void podsGetTheirSidecars_whileAManagerRuns_andAreRefusedWhileNoneDoes() {
    cluster.apply(SmallRelease.yaml());
    assertThatThrownBy(() -> cluster.add(pod("early")))
        .isInstanceOf(StatusException.class)
        .hasMessageContaining("failed calling webhook \"mpod.kb.io\"");
    cluster.seconds(30);
    cluster.add(
        RealCluster.json(
            "{'apiVersion':'apps.kruise.io/v1alpha1','kind':'SidecarSet','metadata':{'name':"
                + "'logs'},'spec':{'selector':{'matchLabels':{'app':'web'}},'containers':[{'name':"
                + "'side','image':'side:1'}]}}"));
    assertThat(cluster.add(pod("later")).path("spec").path("containers"))
        .extracting(container -> container.path("name").asText())
        .containsExactly("side", "c");
  }

  @Test
  void inANamespaceWithoutTheLabel_theManagerRefusesItsOwnPods() {
    cluster.apply(SmallRelease.yaml().replace("    control-plane: openkruise\n", "    a: b\n"));
    cluster.seconds(60);
    assertThat(cluster.list(Plural.PODS, NAMESPACE)).isEmpty();
    assertThat(cluster.list(Plural.EVENTS, NAMESPACE))
        .anySatisfy(
            event ->
                assertThat(event.path("message").asText())
                    .contains("failed calling webhook \"mpod.kb.io\""));
  }

  @Test
  void statefulSets_areConvertedByTheManager() {
    cluster.apply(SmallRelease.yaml());
    cluster.seconds(30);
    cluster.add(
        RealCluster.json(
            "{'apiVersion':'apps.kruise.io/v1alpha1','kind':'StatefulSet','metadata':{'name':'s',"
                + "'namespace':'default'},'spec':{'replicas':1}}"));
    assertThat(cluster.get(Plural.STATEFUL_SETS, "default", "s").path("apiVersion").asText())
        .isEqualTo("apps.kruise.io/v1beta1");
  }
}
