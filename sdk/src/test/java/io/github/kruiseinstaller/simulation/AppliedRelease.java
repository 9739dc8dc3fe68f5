package io.github.kruiseinstaller.simulation;

import com.google.gson.GsonBuilder;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.testkit.ApiRefusal;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A cluster in which the small release was installed by kubectl, and what may be done to it. */
final class AppliedRelease implements AutoCloseable {
  static final String NAMESPACE = "kruise-system";
  static final String MUTATING = "MutatingWebhookConfiguration";
  static final String VALIDATING = "ValidatingWebhookConfiguration";
  static final String ADMISSION = "admissionregistration.k8s.io/v1";
  static final String DEFINITIONS = "apiextensions.k8s.io/v1";
  static final String MANAGERS = "*kruise-manager*";

  /** For a machine that is busy with other things. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final SimulatedCluster cluster;

  /** How to take back what was done since {@link #mark}, the last first. */
  private final Deque<Runnable> journal = new ArrayDeque<>();

  private AppliedRelease(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  /** All is well. */
  static AppliedRelease healthy() {
    return healthy(SmallRelease.yaml());
  }

  /** A release is applied, and works. */
  static AppliedRelease healthy(String yaml) {
    AppliedRelease scene = new AppliedRelease(SimulatedCluster.start());
    scene.apply(yaml);
    scene.until(report -> report.diagnoses().isEmpty());
    return scene;
  }

  /** Nothing is installed. */
  static AppliedRelease empty() {
    return new AppliedRelease(SimulatedCluster.start());
  }

  SimulatedCluster cluster() {
    return cluster;
  }

  void apply(String yaml) {
    cluster.objects().apply(yaml);
  }

  /** What is edited and deleted from here on can be taken back by {@link #undo}. */
  void mark() {
    journal.clear();
  }

  /** Puts objects that were edited or deleted since {@link #mark} back as they were. */
  void undo() {
    journal.forEach(Runnable::run);
    journal.clear();
  }

  /** The manifests of a release with the webhook configurations first, as the worst case has it. */
  static String configurationsFirst(String yaml) {
    List<String> documents = new ArrayList<>(List.of(yaml.split("\n---\n")));
    documents.sort(
        (a, b) ->
            Integer.compare(
                a.contains("WebhookConfiguration\n") ? 0 : 1,
                b.contains("WebhookConfiguration\n") ? 0 : 1));
    return String.join("\n---\n", documents);
  }

  /** The manager may no longer write what it would put right at once. */
  void freezeManager() {
    cluster
        .objects()
        .edit(
            "rbac.authorization.k8s.io/v1",
            "ClusterRole",
            "",
            "kruise-manager-role",
            role -> {
              for (Map<String, Object> rule : maps(role, "rules")) {
                if (List.of("admissionregistration.k8s.io", "apiextensions.k8s.io")
                    .containsAll((List<?>) rule.get("apiGroups"))) {
                  rule.put("verbs", List.of("get", "list", "watch"));
                }
              }
            });
    cluster
        .objects()
        .edit(
            "rbac.authorization.k8s.io/v1",
            "Role",
            NAMESPACE,
            "kruise-manager-role",
            role ->
                maps(role, "rules").stream()
                    .filter(rule -> List.of("secrets").equals(rule.get("resources")))
                    .forEach(rule -> rule.put("verbs", List.of("list", "watch"))));
  }

  void edit(String apiVersion, String kind, String name, Consumer<Map<String, Object>> change) {
    Map<String, Object> before = get(apiVersion, kind, name);
    journal.push(
        () ->
            cluster
                .objects()
                .edit(apiVersion, kind, namespace(kind), name, tree -> restore(tree, before)));
    cluster.objects().edit(apiVersion, kind, namespace(kind), name, change);
  }

  private Map<String, Object> get(String apiVersion, String kind, String name) {
    return cluster.objects().get(apiVersion, kind, namespace(kind), name).orElseThrow();
  }

  private static String namespace(String kind) {
    return List.of(MUTATING, VALIDATING, "CustomResourceDefinition", "Namespace").contains(kind)
        ? ""
        : NAMESPACE;
  }

  private static void restore(Map<String, Object> tree, Map<String, Object> before) {
    before.forEach(
        (key, value) -> {
          if (!List.of("metadata", "status").contains(key)) {
            tree.put(key, value);
          }
        });
    for (String field : List.of("labels", "annotations")) {
      map(tree, "metadata").put(field, map(before, "metadata").getOrDefault(field, Map.of()));
    }
  }

  void editManager(Consumer<Map<String, Object>> change) {
    edit("apps/v1", "Deployment", "kruise-controller-manager", change);
  }

  void editConfiguration(String kind, Consumer<Map<String, Object>> change) {
    edit(ADMISSION, kind, configuration(kind), change);
  }

  void editService(Consumer<Map<String, Object>> change) {
    edit("v1", "Service", "kruise-webhook-service", change);
  }

  void editWebhooks(String kind, Consumer<Map<String, Object>> change) {
    editConfiguration(kind, tree -> maps(tree, "webhooks").forEach(change));
  }

  static String configuration(String kind) {
    return kind.equals(MUTATING)
        ? "kruise-mutating-webhook-configuration"
        : "kruise-validating-webhook-configuration";
  }

  void delete(String apiVersion, String kind, String name) {
    Map<String, Object> before = get(apiVersion, kind, name);
    for (String field : List.of("uid", "resourceVersion", "managedFields", "creationTimestamp")) {
      map(before, "metadata").remove(field);
    }
    before.remove("status");
    if (kind.equals("Service")) {
      List.of("clusterIP", "clusterIPs").forEach(map(before, "spec")::remove);
    }
    journal.push(() -> apply(json(before)));
    cluster.objects().delete(apiVersion, kind, namespace(kind), name);
  }

  /** JSON is YAML too. */
  private static String json(Map<String, Object> tree) {
    return new GsonBuilder().serializeNulls().create().toJson(tree);
  }

  /** Deletes the manager's Pods, so that new ones have to come. */
  void renewManagers() {
    renew("controller-manager");
  }

  void renewDaemons() {
    renew("daemon");
  }

  private void renew(String role) {
    for (Map<String, Object> pod : cluster.objects().list("v1", "Pod", NAMESPACE)) {
      Map<String, Object> metadata = map(pod, "metadata");
      if (role.equals(map(metadata, "labels").get("control-plane"))) {
        try {
          cluster.objects().delete("v1", "Pod", NAMESPACE, String.valueOf(metadata.get("name")));
        } catch (ApiRefusal e) {
          if (e.status() != 404) {
            throw e;
          }
        }
      }
    }
  }

  /** An installer without a release. */
  private OpenKruiseInstaller installer(ClusterUser user) {
    return SmallInstallers.withoutRelease(cluster, user).build();
  }

  /**
   * Diagnoses again and again, while controllers still work, until a report is as expected and
   * complete.
   */
  DiagnosisReport until(Predicate<DiagnosisReport> expected) {
    return until(cluster.admin(), report -> expected.test(report) && report.unseen().isEmpty());
  }

  /** The same as somebody who may not see everything. */
  DiagnosisReport until(ClusterUser user, Predicate<DiagnosisReport> expected) {
    OpenKruiseInstaller installer = installer(user);
    long end = System.nanoTime() + PATIENCE.toNanos();
    DiagnosisReport report;
    do {
      report = patiently(installer, end);
    } while (!expected.test(report) && System.nanoTime() < end);
    return report;
  }

  /** On a machine that is busy with other things the first answer may take too long. */
  private static DiagnosisReport patiently(OpenKruiseInstaller installer, long end) {
    while (true) {
      try {
        return installer.diagnose();
      } catch (InstallException e) {
        if (e.failure().code() != FailureCode.CLUSTER_UNREACHABLE || System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }

  @Override
  public void close() {
    cluster.close();
  }

  @SuppressWarnings("unchecked") // every map of an object's tree has text keys
  static Map<String, Object> map(Map<String, Object> tree, String key) {
    Object value = tree.computeIfAbsent(key, k -> new LinkedHashMap<String, Object>());
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked") // every list of these holds maps
  static List<Map<String, Object>> maps(Map<String, Object> tree, String key) {
    return (List<Map<String, Object>>) tree.getOrDefault(key, List.of());
  }
}
