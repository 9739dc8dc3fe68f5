package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.testkit.ClusterObjects;
import java.util.List;
import java.util.Map;

/** What somebody with an editor does to an installation, without harm to anybody. */
final class Edits {
  private static final String NAMESPACE = "kruise-system";
  private static final String MANAGER = "kruise-controller-manager";

  private final ClusterObjects objects;

  Edits(ClusterObjects objects) {
    this.objects = objects;
  }

  void nameTheServicesTargetPort() {
    objects.edit(
        "v1",
        "Service",
        NAMESPACE,
        "kruise-webhook-service",
        service -> first(map(service, "spec"), "ports").put("targetPort", "webhook-server"));
  }

  void removeTheLastRuleOfARole() {
    objects.edit(
        "rbac.authorization.k8s.io/v1",
        "ClusterRole",
        "",
        "kruise-daemon-role",
        role -> {
          List<?> rules = (List<?>) role.get("rules");
          rules.remove(rules.size() - 1);
        });
  }

  /** In the same write the manager is told that its copy of the list is no longer true. */
  void shortenTheTimeOutOfAWebhook() {
    objects.edit(
        "admissionregistration.k8s.io/v1",
        "MutatingWebhookConfiguration",
        "",
        "kruise-mutating-webhook-configuration",
        configuration -> {
          first(configuration, "webhooks").put("timeoutSeconds", 5);
          map(map(configuration, "metadata"), "annotations").put("template", "");
        });
  }

  void disarm() {
    objects.edit(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        "",
        "kruise-validating-webhook-configuration",
        configuration -> {
          configuration.put("webhooks", List.of());
          map(map(configuration, "metadata"), "annotations").put("template", "[]");
        });
  }

  void deleteAServiceAccount() {
    objects.delete("v1", "ServiceAccount", NAMESPACE, "kruise-daemon");
  }

  /** Another version of the manager, and its rollout is over. */
  void runAnotherManager() {
    objects.edit(
        "apps/v1",
        "Deployment",
        NAMESPACE,
        MANAGER,
        deployment -> {
          Map<String, Object> pod = map(map(map(deployment, "spec"), "template"), "spec");
          Map<String, Object> container = first(pod, "containers");
          container.put("image", container.get("image").toString().replace(":v1.8.3", ":v1.8.2"));
        });
    Eventually.until("the other manager is rolled out", this::isRolledOut);
  }

  private boolean isRolledOut() {
    Map<String, Object> manager =
        objects.get("apps/v1", "Deployment", NAMESPACE, MANAGER).orElseThrow();
    Map<String, Object> status = map(manager, "status");
    Object wanted = map(manager, "spec").get("replicas");
    return number(status.get("observedGeneration"))
            == number(map(manager, "metadata").get("generation"))
        && number(status.get("updatedReplicas")) == number(wanted)
        && number(status.get("availableReplicas")) == number(wanted)
        && number(status.get("replicas")) == number(wanted)
        && podsOfTheManager() == number(wanted);
  }

  /** Also those that are on their way out: they still close connections. */
  private long podsOfTheManager() {
    return objects.list("v1", "Pod", NAMESPACE).stream()
        .filter(pod -> map(pod, "metadata").get("name").toString().startsWith(MANAGER))
        .count();
  }

  private static long number(Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }

  @SuppressWarnings("unchecked") // objects are trees of maps with text keys
  private static Map<String, Object> map(Map<String, Object> parent, String key) {
    return (Map<String, Object>) parent.get(key);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> first(Map<String, Object> parent, String key) {
    return (Map<String, Object>) ((List<?>) parent.get(key)).get(0);
  }
}
