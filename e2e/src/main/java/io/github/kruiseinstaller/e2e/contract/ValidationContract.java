package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.DAEMON_SETS;
import static io.github.kruiseinstaller.e2e.contract.Steps.DEPLOYMENTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.LEASES;
import static io.github.kruiseinstaller.e2e.contract.Steps.NAMESPACE;
import static io.github.kruiseinstaller.e2e.contract.Steps.PODS;
import static io.github.kruiseinstaller.e2e.contract.Steps.RBAC;
import static io.github.kruiseinstaller.e2e.contract.Steps.SERVICES;
import static io.github.kruiseinstaller.e2e.contract.Steps.awaitServiceAccount;
import static io.github.kruiseinstaller.e2e.contract.Steps.mergePatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;
import static io.github.kruiseinstaller.e2e.contract.Steps.put;

/** Objects that the API server refuses, and why. */
final class ValidationContract {
  private ValidationContract() {}

  static Theme theme() {
    return Theme.of(
        "validation",
        Scenario.of(
            "a Deployment without anything",
            post(
                DEPLOYMENTS,
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"a\"}}"),
            post(
                DEPLOYMENTS,
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"a\"},\"spec\":{}}")),
        Scenario.of(
            "a Deployment whose selector does not fit",
            post(
                DEPLOYMENTS,
                deployment("\"labels\":{\"app\":\"a\"}", "\"labels\":{\"app\":\"b\"}")),
            post(DEPLOYMENTS, deployment("\"matchLabels\":{\"app\":\"a\"}", "\"matchLabels\":{}"))),
        Scenario.of(
            "numbers of a Deployment",
            post(
                DEPLOYMENTS,
                deployment(
                    "\"replicas\":0",
                    "\"replicas\":-1,\"minReadySeconds\":-1,\"revisionHistoryLimit\":-1")),
            post(
                DEPLOYMENTS,
                deployment(
                    "\"replicas\":0",
                    "\"strategy\":{\"rollingUpdate\":{\"maxSurge\":0,\"maxUnavailable\":0}}")),
            post(DEPLOYMENTS, deployment("\"replicas\":0", "\"strategy\":{\"type\":\"Nosuch\"}")),
            post(
                DEPLOYMENTS,
                deployment(
                    "\"replicas\":0",
                    "\"strategy\":{\"type\":\"Recreate\",\"rollingUpdate\":{\"maxSurge\":1}}"))),
        Scenario.of(
            "containers",
            post(DEPLOYMENTS, deployment("{\"name\":\"c\",\"image\":\"app:1\"}", "")),
            post(DEPLOYMENTS, deployment("\"image\":\"app:1\"", "\"image\":\"\"")),
            post(DEPLOYMENTS, deployment("\"name\":\"c\"", "\"name\":\"C_c\"")),
            post(
                DEPLOYMENTS,
                deployment(
                    "{\"name\":\"c\",\"image\":\"app:1\"}",
                    "{\"name\":\"c\",\"image\":\"app:1\"},{\"name\":\"c\",\"image\":\"app:1\"}")),
            post(
                DEPLOYMENTS,
                deployment(
                    "\"image\":\"app:1\"", "\"image\":\"app:1\",\"imagePullPolicy\":\"Nosuch\"")),
            post(
                DEPLOYMENTS,
                deployment(
                    "\"image\":\"app:1\"",
                    "\"image\":\"app:1\",\"ports\":[{\"containerPort\":0},{\"containerPort\":70000}]")),
            post(
                DEPLOYMENTS,
                deployment(
                    "\"image\":\"app:1\"",
                    "\"image\":\"app:1\",\"volumeMounts\":[{\"name\":\"nosuch\",\"mountPath\":\"/x\"}]")),
            post(
                DEPLOYMENTS,
                deployment(
                    "\"image\":\"app:1\"",
                    "\"image\":\"app:1\",\"env\":[{\"name\":\"\"},{\"name\":\"A=b\"}]"))),
        Scenario.of(
            "resources and probes",
            post(
                DEPLOYMENTS,
                deployment(
                    "\"image\":\"app:1\"",
                    "\"image\":\"app:1\",\"resources\":{\"limits\":{\"cpu\":\"1\"},\"requests\":{\"cpu\":\"2\"}}")),
            post(
                DEPLOYMENTS,
                deployment(
                    "\"image\":\"app:1\"",
                    "\"image\":\"app:1\",\"resources\":{\"limits\":{\"cpu\":\"x\"}}")),
            post(
                DEPLOYMENTS,
                deployment(
                    "\"image\":\"app:1\"",
                    "\"image\":\"app:1\",\"readinessProbe\":{\"periodSeconds\":-1}"))),
        Scenario.of(
            "pod templates",
            post(
                DEPLOYMENTS,
                deployment("\"containers\"", "\"restartPolicy\":\"Never\",\"containers\"")),
            post(
                DEPLOYMENTS,
                deployment("\"containers\"", "\"dnsPolicy\":\"Nosuch\",\"containers\"")),
            post(
                DEPLOYMENTS,
                deployment("\"containers\"", "\"nodeSelector\":{\"a b\":\"c\"},\"containers\"")),
            post(
                DEPLOYMENTS,
                deployment(
                    "\"containers\"",
                    "\"tolerations\":[{\"operator\":\"Nosuch\"}],\"containers\"")),
            post(
                DEPLOYMENTS,
                deployment(
                    "\"containers\"",
                    "\"volumes\":[{\"name\":\"v\"},{\"name\":\"v\",\"emptyDir\":{}}],\"containers\"")),
            post(
                DEPLOYMENTS,
                deployment(
                    "\"containers\"",
                    "\"hostNetwork\":true,\"terminationGracePeriodSeconds\":-5,\"containers\""))),
        Scenario.of(
            "where Pods may run",
            where(
                "\"topologySpreadConstraints\":[{\"maxSkew\":0,\"topologyKey\":\"\",\"whenUnsatisfiable\":\"Nosuch\"}]"),
            where(
                "\"topologySpreadConstraints\":["
                    + "{\"maxSkew\":1,\"topologyKey\":\"zone\",\"whenUnsatisfiable\":\"DoNotSchedule\"},"
                    + "{\"maxSkew\":2,\"topologyKey\":\"zone\",\"whenUnsatisfiable\":\"DoNotSchedule\"}]"),
            where(
                "\"topologySpreadConstraints\":[{\"maxSkew\":1,\"topologyKey\":\"zone\","
                    + "\"whenUnsatisfiable\":\"ScheduleAnyway\",\"minDomains\":0,\"matchLabelKeys\":[\"app\"]}]"),
            where(
                "\"affinity\":{\"podAntiAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":["
                    + "{\"labelSelector\":{\"matchLabels\":{\"app\":\"a\"}}}]}}"),
            where(
                "\"affinity\":{\"podAffinity\":{\"preferredDuringSchedulingIgnoredDuringExecution\":["
                    + "{\"weight\":0,\"podAffinityTerm\":{\"topologyKey\":\"zone\",\"namespaces\":[\"A_b\"]}}]}}"),
            where(
                "\"affinity\":{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{"
                    + "\"nodeSelectorTerms\":[]}}}"),
            where(
                "\"affinity\":{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{"
                    + "\"nodeSelectorTerms\":[{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\"},"
                    + "{\"key\":\"a\",\"operator\":\"Gt\",\"values\":[\"x\"]}]}]}}}"),
            where("\"tolerations\":[{\"operator\":\"Exists\",\"value\":\"x\"},{\"value\":\"x\"}]"),
            where(
                "\"tolerations\":[{\"key\":\"a\",\"operator\":\"Exists\",\"effect\":\"NoSchedule\","
                    + "\"tolerationSeconds\":1}]")),
        Scenario.of(
            "a DaemonSet",
            post(
                DAEMON_SETS,
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"DaemonSet\",\"metadata\":{\"name\":\"a\"},\"spec\":{}}"),
            post(
                    DAEMON_SETS,
                    """
                    {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"b"},"spec":{
                     "selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}},
                     "spec":{"nodeSelector":{"nosuch":"true"},"containers":[{"name":"c","image":"app:1"}]}}}}\
                    """)
                .onlyStatus(),
            mergePatch(
                DAEMON_SETS + "/b", "{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"b\"}}}}")),
        Scenario.of(
            "Services",
            post(SERVICES, service("\"ports\":[]")),
            post(SERVICES, service("\"ports\":[{\"port\":0}]")),
            post(SERVICES, service("\"ports\":[{\"port\":80},{\"port\":81}]")),
            post(
                SERVICES,
                service("\"ports\":[{\"name\":\"a\",\"port\":80},{\"name\":\"a\",\"port\":81}]")),
            post(SERVICES, service("\"type\":\"Nosuch\",\"ports\":[{\"port\":80}]")),
            post(SERVICES, service("\"clusterIP\":\"nonsense\",\"ports\":[{\"port\":80}]")),
            post(SERVICES, service("\"ports\":[{\"port\":80,\"protocol\":\"NOSUCH\"}]"))),
        Scenario.of(
            "ports of a Service on the nodes",
            post(SERVICES, onNodes("{\"port\":80,\"nodePort\":80}")),
            post(SERVICES, onNodes("{\"port\":80,\"nodePort\":32767}"))
                .only("/spec/ports", "/message", "/details"),
            post(
                SERVICES,
                onNodes("{\"port\":80,\"nodePort\":32767}")
                    .replace("\"name\":\"a\"", "\"name\":\"b\"")),
            put(SERVICES + "/a", onNodes("{\"port\":81}"))
                .only("/spec/ports", "/message", "/details"),
            mergePatch(
                SERVICES + "/a", "{\"spec\":{\"ports\":[{\"port\":80,\"nodePort\":29999}]}}"),
            mergePatch(SERVICES + "/a", "{\"spec\":{\"type\":\"LoadBalancer\"}}")
                .only(
                    "/spec/ports",
                    "/spec/allocateLoadBalancerNodePorts",
                    "/spec/externalTrafficPolicy",
                    "/message"),
            mergePatch(SERVICES + "/a", "{\"spec\":{\"type\":\"ClusterIP\"}}")
                .only(
                    "/spec/ports",
                    "/spec/allocateLoadBalancerNodePorts",
                    "/spec/externalTrafficPolicy",
                    "/message"),
            post(
                    SERVICES + "?dryRun=All",
                    onNodes("{\"port\":80}").replace("\"name\":\"a\"", "\"name\":\"b\""))
                .only("/spec/ports", "/message")),
        Scenario.of(
            "the cluster IP of a Service stays",
            post(SERVICES, service("\"ports\":[{\"port\":80}]")).onlyStatus(),
            mergePatch(SERVICES + "/a", "{\"spec\":{\"clusterIP\":\"10.96.0.77\"}}")
                .without("/message", "/details/causes/0/message"),
            mergePatch(SERVICES + "/a", "{\"spec\":{\"clusterIP\":null}}")
                .only("/spec/clusterIP", "/reason", "/message")),
        Scenario.of(
            "Pods are immutable but for little",
            awaitServiceAccount(),
            post(
                    PODS,
                    """
                    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{
                     "nodeSelector":{"nosuch":"true"},"containers":[{"name":"c","image":"app:1"}]}}\
                    """)
                .onlyStatus(),
            mergePatch(PODS + "/a", "{\"metadata\":{\"labels\":{\"x\":\"1\"}}}")
                .only("/metadata/labels"),
            mergePatch(
                    PODS + "/a",
                    "{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"app:2\"}]}}")
                .only("/spec/containers/0/image", "/reason"),
            mergePatch(PODS + "/a", "{\"spec\":{\"restartPolicy\":\"Never\"}}")
                .only("/reason", "/details/causes/*/field", "/details/causes/*/reason")),
        Scenario.of(
            "a Pod whose ServiceAccount is not there",
            awaitServiceAccount(),
            post(
                PODS,
                """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{
                 "serviceAccountName":"nosuch","containers":[{"name":"c","image":"app:1"}]}}\
                """)),
        Scenario.of(
            "a Pod without containers",
            awaitServiceAccount(),
            post(
                PODS,
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"},\"spec\":{}}"),
            post(PODS, "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}")),
        Scenario.of(
            "a Pod that Pod Security refuses",
            awaitServiceAccount(),
            mergePatch(
                    NAMESPACE,
                    "{\"metadata\":{\"labels\":{\"pod-security.kubernetes.io/enforce\":\"baseline\"}}}")
                .onlyStatus(),
            post(
                PODS + "?dryRun=All",
                """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"hostNetwork":true,
                 "containers":[{"name":"c","image":"app:1","securityContext":{"privileged":true}}]}}\
                """)),
        Scenario.of(
            "a Pod over a quota",
            awaitServiceAccount(),
            post(
                    NAMESPACE + "/resourcequotas",
                    """
                    {"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"q"},
                     "spec":{"hard":{"pods":"0"}}}\
                    """)
                .onlyStatus(),
            post(
                    PODS + "?dryRun=All",
                    """
                    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},
                     "spec":{"containers":[{"name":"c","image":"app:1"}]}}\
                    """)
                .untilText("exceeded quota")),
        Scenario.of(
            "a Lease",
            post(
                LEASES,
                """
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"a"},
                 "spec":{"leaseDurationSeconds":0,"leaseTransitions":-1}}\
                """),
            post(
                LEASES,
                """
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"a"},
                 "spec":{"renewTime":"yesterday"}}\
                """)),
        Scenario.of(
            "names of roles",
            post(
                    RBAC + "/namespaces/${id}/roles?dryRun=All",
                    """
                    {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"A:b"}}\
                    """)
                .only("/metadata/name", "/message"),
            post(
                RBAC + "/namespaces/${id}/roles?dryRun=All",
                """
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"a/b"}}\
                """)),
        Scenario.of(
            "a namespace's reserved names",
            post(
                "/api/v1/namespaces?dryRun=All",
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"default\"}}"),
            Steps.delete("/api/v1/namespaces/default?dryRun=All"),
            Steps.delete("/api/v1/namespaces/kube-system?dryRun=All")));
  }

  private static String deployment(String part, String other) {
    return CreateContract.deployment("a")
        .replace("\n", "")
        .replace(" \"", "\"")
        .replace(part, other);
  }

  private static Request where(String fields) {
    return post(DEPLOYMENTS, deployment("\"containers\"", fields + ",\"containers\""));
  }

  private static String onNodes(String port) {
    return service("\"type\":\"NodePort\",\"ports\":[" + port + "]");
  }

  private static String service(String spec) {
    return """
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{%s}}\
    """
        .formatted(spec);
  }
}
