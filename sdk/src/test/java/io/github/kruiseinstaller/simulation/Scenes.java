package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.Checks;
import io.github.kruiseinstaller.internal.diagnose.Catalogue;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What tests of looking make of a cluster, and how they look at what was found. */
final class Scenes {
  static final String NAMESPACE = "kruise-system";

  private Scenes() {}

  /** The manager's namespace with labels, as somebody has made it beforehand. */
  static void namespace(SimulatedCluster cluster, String... labels) {
    cluster.objects().apply("{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system}}");
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      all.put(labels[i], labels[i + 1]);
    }
    relabel(cluster, all);
  }

  /** The manager's namespace is being deleted, and something in it holds it. */
  static void holdWhileDeleted(SimulatedCluster cluster) {
    cluster
        .objects()
        .apply(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: held, namespace: kruise-system,"
                + " finalizers: [example.com/held]}}");
    cluster.objects().delete("v1", "Namespace", "", NAMESPACE);
  }

  /** A manager's Deployment of a version, without anything that it needs. */
  static void manager(SimulatedCluster cluster, String version, String annotations) {
    namespace(cluster, "control-plane", "openkruise");
    cluster
        .objects()
        .apply(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: kruise-controller-manager
              namespace: kruise-system
              annotations: %s
            spec:
              replicas: 0
              selector: {matchLabels: {control-plane: controller-manager}}
              template:
                metadata: {labels: {control-plane: controller-manager}}
                spec: {containers: [{name: manager, image: "openkruise/kruise-manager:v%s"}]}
            """
                .formatted(annotations, version));
  }

  /** A validating webhook of somebody else, whose Service does not exist. */
  static void foreignWebhook(SimulatedCluster cluster, String name, String resource, String more) {
    boolean core = !resource.contains(".");
    cluster
        .objects()
        .apply(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: %s}
            webhooks:
            - name: %s
              admissionReviewVersions: [v1]
              sideEffects: None
              clientConfig: {service: {namespace: other, name: gone, path: /}}
              rules:
              - {apiGroups: ["%s"], apiVersions: [v1], operations: [CREATE], resources: ["%s"]}
              %s
            """
                .formatted(
                    name,
                    name,
                    core ? "" : resource.substring(resource.indexOf('.') + 1),
                    core ? resource : resource.substring(0, resource.indexOf('.')),
                    more));
  }

  /**
   * A webhook {@code NAME.vendor.example} of somebody else about Pods, whose Service leads to where
   * nobody answers.
   *
   * @param more its other fields, in YAML on one line
   */
  static void silentWebhook(SimulatedCluster cluster, String name, String more) {
    cluster
        .objects()
        .apply(
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: vendor}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: NAME, namespace: vendor}
            spec: {ports: [{port: 443}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: NAME
              namespace: vendor
              labels: {kubernetes.io/service-name: NAME}
            addressType: IPv4
            ports: [{port: 443}]
            endpoints: [{addresses: [10.9.9.9], conditions: {ready: true}}]
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: NAME}
            webhooks:
              - {name: NAME.vendor.example, sideEffects: None, admissionReviewVersions: [v1], MORE,
                 clientConfig: {service: {name: NAME, namespace: vendor, path: /}},
                 rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
            """
                .replace("NAME", name)
                .replace("MORE", more));
    cluster.dropPacketsTo("vendor");
  }

  /** A custom resource definition as it is. */
  static Optional<Map<String, Object>> definition(SimulatedCluster cluster, String name) {
    return cluster.objects().get("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", name);
  }

  /** Whoever asks for the log of a Pod waits for ever: its node is out of reach. */
  static void silence(SimulatedCluster cluster, String pod) {
    cluster
        .faults()
        .add(
            FaultRule.when()
                .matching(
                    request -> request.subresource().equals("log") && request.name().equals(pod))
                .then(new Fault.Hang(Fault.Moment.BEFORE_EFFECT, null)));
  }

  /** Replaces the labels of the manager's namespace. */
  static void relabel(SimulatedCluster cluster, Map<String, String> labels) {
    cluster
        .objects()
        .edit(
            "v1",
            "Namespace",
            "",
            NAMESPACE,
            tree -> child(tree, "metadata").put("labels", new HashMap<>(labels)));
  }

  /** Changes the one node. */
  static void node(SimulatedCluster cluster, String part, Map<String, ?> fields) {
    cluster.objects().edit("v1", "Node", "", "node-1", node -> child(node, part).putAll(fields));
  }

  /** Changes the status of the one node. */
  static void nodeStatus(SimulatedCluster cluster, String part, Map<String, ?> fields) {
    cluster
        .objects()
        .editStatus(
            "v1", "Node", "", "node-1", node -> child(child(node, "status"), part).putAll(fields));
  }

  /** A user who may do what the rules of a role say. */
  static ClusterUser user(SimulatedCluster cluster, String name, String role) {
    ClusterUser user = cluster.user(name, "system:authenticated");
    cluster.objects().apply(role);
    String roleName = role.replaceAll("(?s).*?\\n  name: (\\S+).*", "$1");
    cluster
        .objects()
        .apply(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: "%s"}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "%s"}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: "%s"}]
            """
                .formatted(name, roleName, name));
    return user;
  }

  /** The check of an id. */
  static Check check(Checks checks, String id) {
    return checks.all().stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError(id + " is none of " + ids(checks)));
  }

  /** All that a check says. */
  static String text(Check check) {
    return check.summary() + "\n" + String.join("\n", check.evidence()) + "\n" + check.remedy();
  }

  /** The ids of checks that have no text in one of the languages of the catalogue. */
  static List<String> withoutText(Checks checks) {
    return ids(checks).stream()
        .filter(
            id ->
                Arrays.stream(Catalogue.Language.values())
                    .map(Catalogue::read)
                    .anyMatch(
                        catalogue ->
                            catalogue
                                .find(id)
                                .filter(
                                    entry ->
                                        !entry.title().isEmpty()
                                            && !entry.cause().isEmpty()
                                            && !entry.remedy().isEmpty())
                                .isEmpty()))
        .toList();
  }

  static List<String> ids(Checks checks) {
    return checks.all().stream().map(Check::id).toList();
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> child(Map<String, Object> tree, String key) {
    return (Map<String, Object>) tree.computeIfAbsent(key, absent -> new HashMap<String, Object>());
  }
}
