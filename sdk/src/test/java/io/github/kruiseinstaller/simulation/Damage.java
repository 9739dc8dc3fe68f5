package io.github.kruiseinstaller.simulation;

import com.google.gson.Gson;
import io.github.kruiseinstaller.testkit.ApiRefusal;
import io.github.kruiseinstaller.testkit.ClusterObjects;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What makes an installation that works refuse requests, or not work. */
final class Damage {
  static final String NAMESPACE = "kruise-system";
  static final String MANAGER = "kruise-controller-manager";
  static final String DAEMON = "kruise-daemon";
  static final String SERVICE = "kruise-webhook-service";
  static final String MUTATING = "kruise-mutating-webhook-configuration";
  static final String VALIDATING = "kruise-validating-webhook-configuration";
  private static final String ADMISSION = "admissionregistration.k8s.io/v1";

  private final SimulatedCluster cluster;
  private final ClusterObjects objects;

  Damage(SimulatedCluster cluster) {
    this.cluster = cluster;
    this.objects = cluster.objects();
  }

  /** Somebody scales the manager to zero. */
  void scaleToZero() {
    editManager(manager -> map(manager, "spec").put("replicas", 0));
    Eventually.until("no manager is left", () -> managerPods().isEmpty());
  }

  /** The label is lost while no manager runs, so that none can come back. */
  void loseTheLabelWithoutManager() {
    scaleToZero();
    objects.edit(
        "v1",
        "Namespace",
        "",
        NAMESPACE,
        namespace -> map(map(namespace, "metadata"), "labels").remove("control-plane"));
    editManager(manager -> map(manager, "spec").put("replicas", 2));
    Eventually.until(
        "the manager's Pods are refused",
        () ->
            objects.list("apps/v1", "ReplicaSet", NAMESPACE).toString().contains("ReplicaFailure"));
  }

  void deleteTheService() {
    objects.delete("v1", "Service", NAMESPACE, SERVICE);
    cutConnections();
  }

  void selectNobody() {
    editService(service -> map(map(service, "spec"), "selector").put("moved", "away"));
    Eventually.until("the Service leads nowhere", () -> endpoints() == 0);
    cutConnections();
  }

  void sendToAnotherPort() {
    editService(service -> first(map(service, "spec"), "ports").put("targetPort", 1234));
    cutConnections();
  }

  /** Both configurations carry the CA of somebody else. The manager would mend that. */
  void carryAnotherAuthority() {
    String other =
        Base64.getEncoder()
            .encodeToString(cluster.caCertificate().getBytes(StandardCharsets.UTF_8));
    editConfigurations(
        configuration ->
            webhooks(configuration)
                .forEach(webhook -> map(webhook, "clientConfig").put("caBundle", other)));
  }

  /** A person wants another policy, and does not know of the annotation that wins. */
  void shortenTimeOutsButNotInTheTemplate() {
    editConfigurations(
        configuration ->
            webhooks(configuration).forEach(webhook -> webhook.put("timeoutSeconds", 7)));
  }

  /** A person ends the refusing by an empty list, and does not know of the annotation that wins. */
  void emptyTheListsButNotTheTemplates() {
    editConfigurations(configuration -> configuration.put("webhooks", new ArrayList<>()));
  }

  void breakTheTemplate() {
    editConfigurations(
        configuration -> map(map(configuration, "metadata"), "annotations").put("template", "{no"));
  }

  void deleteTheMutatingConfiguration() {
    objects.delete(ADMISSION, "MutatingWebhookConfiguration", "", MUTATING);
  }

  void emptyTheSecret() {
    objects.edit(
        "v1", "Secret", NAMESPACE, "kruise-webhook-certs", secret -> secret.remove("data"));
  }

  void deleteADefinition() {
    objects.delete(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "sidecarsets.apps.kruise.io");
    Eventually.until(
        "the definition is gone",
        () ->
            objects
                .get(
                    "apiextensions.k8s.io/v1",
                    "CustomResourceDefinition",
                    "",
                    "sidecarsets.apps.kruise.io")
                .isEmpty());
  }

  /** The manager's Pods end, and those that come in their place end at once. */
  void crash() {
    cluster.workloads().crash("*kruise-manager:*", 2, "panic: something is wrong");
    replacePods();
  }

  /** Somebody sets an image that does not exist, while no manager runs. */
  void nameAnImageThatDoesNotExist() {
    scaleToZero();
    cluster.workloads().pullFails("*kruise-manager:none", "not found");
    editManager(
        manager -> {
          Map<String, Object> spec = map(manager, "spec");
          spec.put("replicas", 2);
          first(map(map(spec, "template"), "spec"), "containers")
              .put("image", "openkruise/kruise-manager:none");
        });
    Eventually.until(
        "the image is not found",
        () -> objects.list("v1", "Pod", NAMESPACE).toString().contains("ErrImagePull"));
  }

  void noNodeFits() {
    cluster.workloads().unschedulable(NAMESPACE, "1 Insufficient cpu");
    replacePods();
  }

  /** The namespace is on its way out, and something holds it. */
  void terminateTheNamespace() {
    objects.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: held
          namespace: %s
          finalizers: [example.com/held]
        """
            .formatted(NAMESPACE));
    objects.delete("v1", "Namespace", "", NAMESPACE);
    Eventually.until("no manager is left", () -> readyManagers() == 0);
  }

  void deleteTheNamespace() {
    objects.delete("v1", "Namespace", "", NAMESPACE);
    Eventually.until(
        "the namespace is gone", () -> objects.get("v1", "Namespace", "", NAMESPACE).isEmpty());
  }

  /** The rollout that a person's remedy ends in. */
  void awaitManagers() {
    Eventually.until("the managers are Ready", () -> readyManagers() == 2);
  }

  /**
   * A manager's Pod is evicted by its node, and stays for people to look at.
   *
   * @param version of its image
   * @return its name
   */
  String evictAManager(String version) {
    String pod = activeManagers(version).get(0);
    evict(pod);
    return pod;
  }

  /** All of the manager's Pods are evicted. */
  void evictTheManagers() {
    activeManagers("").forEach(this::evict);
  }

  private void evict(String pod) {
    Eventually.until(
        pod + " is evicted",
        () -> {
          try {
            objects.editStatus("v1", "Pod", NAMESPACE, pod, each -> end(map(each, "status")));
            return true;
          } catch (ApiRefusal refusal) {
            if (refusal.status() != 409) {
              throw refusal;
            }
            return false;
          }
        });
  }

  private static void end(Map<String, Object> status) {
    status.put("phase", "Failed");
    status.put("reason", "Evicted");
    status.put("message", "The node was low on resource: memory.");
    for (Object each : (List<?>) status.getOrDefault("conditions", List.of())) {
      Map<String, Object> condition = tree(each);
      if (List.of("Ready", "ContainersReady").contains(condition.get("type"))) {
        condition.put("status", "False");
        condition.put("reason", "PodFailed");
      }
    }
    for (Object each : (List<?>) status.getOrDefault("containerStatuses", List.of())) {
      Map<String, Object> container = tree(each);
      container.put("ready", false);
      container.put("state", Map.of("terminated", Map.of("exitCode", 137, "reason", "Error")));
    }
  }

  /** The names of the manager's Pods that run. */
  private List<String> activeManagers(String version) {
    return pods(MANAGER).entrySet().stream()
        .filter(pod -> pod.getValue().contains("kruise-manager:v" + version))
        .filter(pod -> pod.getValue().contains("phase=Running"))
        .filter(pod -> !pod.getValue().contains("deletionTimestamp"))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The daemon ends at once, and again and again. */
  void crashDaemons() {
    cluster.workloads().daemonCrashes("socket not found");
    pods(DAEMON).keySet().forEach(this::kill);
    Eventually.until(
        "a daemon has crashed",
        () -> pods(DAEMON).values().stream().anyMatch(pod -> pod.contains("exitCode")));
  }

  /** The daemon runs again. */
  void mendDaemons() {
    cluster.workloads().daemonCrashes("");
    pods(DAEMON).keySet().forEach(this::kill);
    Eventually.until(
        "the daemons are Ready",
        () ->
            !pods(DAEMON).isEmpty()
                && pods(DAEMON).values().stream()
                    .allMatch(
                        pod -> pod.contains("ready=true") && !pod.contains("deletionTimestamp")));
  }

  /** The manager's Deployment as it is a moment after it was made: it has no Pods yet. */
  void makeTheManagerAnewWithoutPods() {
    Map<String, Object> manager =
        objects.get("apps/v1", "Deployment", NAMESPACE, MANAGER).orElseThrow();
    for (String field : List.of("uid", "resourceVersion", "managedFields", "creationTimestamp")) {
      map(manager, "metadata").remove(field);
    }
    manager.remove("status");
    map(manager, "spec").put("paused", true);
    objects.delete("apps/v1", "Deployment", NAMESPACE, MANAGER);
    Eventually.until("no manager is left", () -> managerPods().isEmpty());
    objects.apply(new Gson().toJson(manager));
  }

  /** And a moment later. */
  void letTheManagerHavePods() {
    editManager(manager -> map(manager, "spec").put("paused", false));
  }

  private void replacePods() {
    managerPods().forEach(this::kill);
    Eventually.until("no manager is Ready", () -> readyManagers() == 0);
  }

  /** Who has a connection keeps it, whatever becomes of the Service: the API server, for one. */
  private void cutConnections() {
    managerPods().forEach(this::kill);
    Eventually.until("other managers are Ready", () -> readyManagers() == 2);
    Eventually.until(
        "all Pods are refused", () -> !cluster.bystander("elsewhere").refusals().isEmpty());
  }

  private void kill(String pod) {
    objects.delete("v1", "Pod", NAMESPACE, pod);
  }

  private long endpoints() {
    return objects.list("discovery.k8s.io/v1", "EndpointSlice", NAMESPACE).stream()
        .map(slice -> slice.get("endpoints"))
        .mapToLong(endpoints -> endpoints instanceof List<?> list ? list.size() : 0)
        .sum();
  }

  private long readyManagers() {
    return objects
        .get("apps/v1", "Deployment", NAMESPACE, MANAGER)
        .map(manager -> map(manager, "status").get("readyReplicas"))
        .map(ready -> ((Number) ready).longValue())
        .orElse(0L);
  }

  private List<String> managerPods() {
    return List.copyOf(pods(MANAGER).keySet());
  }

  /** Pods by name, as text. */
  private Map<String, String> pods(String workload) {
    Map<String, String> pods = new LinkedHashMap<>();
    for (Map<String, Object> pod : objects.list("v1", "Pod", NAMESPACE)) {
      String name = String.valueOf(map(pod, "metadata").get("name"));
      if (name.startsWith(workload)) {
        pods.put(name, pod.toString());
      }
    }
    return pods;
  }

  private void editManager(Consumer<Map<String, Object>> edit) {
    edit("apps/v1", "Deployment", NAMESPACE, MANAGER, edit);
  }

  /** Again when a controller was quicker. */
  private void edit(
      String apiVersion,
      String kind,
      String namespace,
      String name,
      Consumer<Map<String, Object>> edit) {
    Eventually.until(
        kind + " " + name + " is edited",
        () -> {
          try {
            objects.edit(apiVersion, kind, namespace, name, edit);
            return true;
          } catch (ApiRefusal refusal) {
            if (refusal.status() != 409) {
              throw refusal;
            }
            return false;
          }
        });
  }

  private void editService(Consumer<Map<String, Object>> edit) {
    edit("v1", "Service", NAMESPACE, SERVICE, edit);
  }

  private void editConfigurations(Consumer<Map<String, Object>> edit) {
    edit(ADMISSION, "MutatingWebhookConfiguration", "", MUTATING, edit);
    edit(ADMISSION, "ValidatingWebhookConfiguration", "", VALIDATING, edit);
  }

  private static List<Map<String, Object>> webhooks(Map<String, Object> configuration) {
    List<Map<String, Object>> webhooks = new ArrayList<>();
    ((List<?>) configuration.get("webhooks")).forEach(each -> webhooks.add(tree(each)));
    return webhooks;
  }

  private static Map<String, Object> map(Map<String, Object> parent, String key) {
    return tree(parent.computeIfAbsent(key, absent -> new LinkedHashMap<String, Object>()));
  }

  private static Map<String, Object> first(Map<String, Object> parent, String key) {
    return tree(((List<?>) parent.get(key)).get(0));
  }

  @SuppressWarnings("unchecked") // objects are trees of maps with text keys
  private static Map<String, Object> tree(Object value) {
    return (Map<String, Object>) value;
  }
}
