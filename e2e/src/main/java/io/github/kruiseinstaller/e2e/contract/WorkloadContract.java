package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.DAEMON_SETS;
import static io.github.kruiseinstaller.e2e.contract.Steps.DEPLOYMENTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.NAMESPACE;
import static io.github.kruiseinstaller.e2e.contract.Steps.PODS;
import static io.github.kruiseinstaller.e2e.contract.Steps.SERVICES;
import static io.github.kruiseinstaller.e2e.contract.Steps.awaitServiceAccount;
import static io.github.kruiseinstaller.e2e.contract.Steps.delete;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.mergePatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;
import static io.github.kruiseinstaller.e2e.contract.Steps.put;

/** Status and scale, pods, logs, evictions, the Service proxy, and what controllers make. */
final class WorkloadContract {
  /** A refusal whose text holds the object, which has managedFields that the testkit leaves out. */
  private static final String[] WITHOUT_THE_WHOLE_OBJECT = {
    "/status", "/reason", "/code", "/details/causes/0/reason", "/details/causes/0/field"
  };

  private static final String SCALE = DEPLOYMENTS + "/a/scale";
  private static final String REPLICA_SETS = "/apis/apps/v1/namespaces/${id}/replicasets";

  private WorkloadContract() {}

  static Theme theme() {
    return Theme.of(
        "workload",
        Scenario.of(
            "the status subresource of a Deployment",
            post(DEPLOYMENTS, paused()).only("/status", "/metadata/generation"),
            get(DEPLOYMENTS + "/a").untilText("DeploymentPaused").only("/metadata/generation"),
            mergePatch(
                    DEPLOYMENTS + "/a/status?fieldManager=two",
                    "{\"spec\":{\"replicas\":5},\"metadata\":{\"labels\":{\"x\":\"1\"}},\"status\":{"
                        + "\"conditions\":[{\"type\":\"Example\",\"status\":\"True\"}]}}")
                .pick("/metadata/managedFields", "/manager", "two")
                .only(
                    "/spec/replicas",
                    "/metadata/generation",
                    "/metadata/managedFields",
                    "/metadata/labels"),
            mergePatch(DEPLOYMENTS + "/a", "{\"status\":{\"observedGeneration\":99}}")
                .only("/metadata/generation"),
            get(DEPLOYMENTS + "/a/status").only("/kind")),
        Scenario.of(
            "the status of what is not there",
            mergePatch(DEPLOYMENTS + "/nosuch/status", "{}"),
            get(DEPLOYMENTS + "/nosuch/status")),
        Scenario.of(
            "the scale subresource",
            post(DEPLOYMENTS, paused()).onlyStatus(),
            get(DEPLOYMENTS + "/a/scale").without("/metadata/resourceVersion"),
            mergePatch(DEPLOYMENTS + "/a/scale", "{\"spec\":{\"replicas\":2}}")
                .without("/metadata/resourceVersion"),
            get(DEPLOYMENTS + "/a").only("/spec/replicas", "/metadata/generation"),
            put(
                    DEPLOYMENTS + "/a/scale",
                    """
                    {"apiVersion":"autoscaling/v1","kind":"Scale",
                     "metadata":{"name":"a","namespace":"${id}"},"spec":{"replicas":0}}\
                    """)
                .only("/kind", "/spec"),
            mergePatch(DEPLOYMENTS + "/a/scale", "{\"spec\":{\"replicas\":-1}}"),
            get(DEPLOYMENTS + "/nosuch/scale")),
        Scenario.of(
            "what a scale may be",
            post(DEPLOYMENTS, paused()).onlyStatus(),
            mergePatch(SCALE, "{\"spec\":{\"replicas\":\"two\"}}").only(WITHOUT_THE_WHOLE_OBJECT),
            mergePatch(SCALE, "{\"spec\":{\"replicas\":1.5}}").only(WITHOUT_THE_WHOLE_OBJECT),
            mergePatch(SCALE, "{\"spec\":{\"replicas\":null}}").only("/spec", "/message"),
            mergePatch(SCALE + "?fieldValidation=Strict", "{\"spec\":{\"nosuch\":1}}")
                .only(WITHOUT_THE_WHOLE_OBJECT),
            mergePatch(SCALE + "?fieldValidation=Warn", "{\"spec\":{\"nosuch\":1}}")
                .only("/spec", "/message"),
            mergePatch(SCALE, "{\"metadata\":{\"name\":\"b\"}}"),
            put(
                SCALE,
                """
                {"apiVersion":"autoscaling/v1","kind":"Scale",
                 "metadata":{"name":"b","namespace":"${id}"},"spec":{"replicas":0}}\
                """),
            put(SCALE, "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\"}"),
            Steps.apply(
                    SCALE + "?fieldManager=two",
                    """
                    {"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"a"},
                     "spec":{"replicas":0}}\
                    """)
                .only("/spec", "/message", "/reason", "/details")),
        Scenario.of(
            "a Deployment makes a ReplicaSet, and that Pods",
            awaitServiceAccount(),
            post(DEPLOYMENTS, deployment("pause:1")).onlyStatus(),
            get(DEPLOYMENTS + "/a")
                .untilFields("/status/availableReplicas", "1")
                .only("/metadata/annotations", "/metadata/generation", "/status")
                .without("/status/conditions"),
            get(DEPLOYMENTS + "/a")
                .untilText("NewReplicaSetAvailable")
                .only(
                    "/status/conditions/*/type",
                    "/status/conditions/*/status",
                    "/status/conditions/*/reason"),
            get(REPLICA_SETS)
                .only(
                    "/items/*/metadata/annotations",
                    "/items/*/metadata/ownerReferences",
                    "/items/*/spec/replicas",
                    "/items/*/status"),
            get(PODS)
                .only(
                    "/items/*/metadata/labels/app",
                    "/items/*/metadata/ownerReferences/*/kind",
                    "/items/*/metadata/generateName/nothing",
                    "/items/*/spec/nodeName/nothing",
                    "/items/*/status/phase",
                    "/items/*/status/containerStatuses/*/ready",
                    "/items/*/status/containerStatuses/*/name")),
        Scenario.of(
            "a rollout: a change of the template makes another ReplicaSet",
            awaitServiceAccount(),
            post(DEPLOYMENTS, deployment("pause:1")).onlyStatus(),
            get(DEPLOYMENTS + "/a").untilFields("/status/availableReplicas", "1").onlyStatus(),
            mergePatch(
                    DEPLOYMENTS + "/a",
                    "{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"v\":\"2\"}}}}}")
                .only("/metadata/generation"),
            get(DEPLOYMENTS + "/a")
                .untilText("\"deployment.kubernetes.io/revision\":\"2\"")
                .only("/metadata/annotations"),
            get(DEPLOYMENTS + "/a")
                .untilFields(
                    "/status/observedGeneration", "2",
                    "/status/updatedReplicas", "1",
                    "/status/replicas", "1",
                    "/status/availableReplicas", "1")
                .only("/status")
                .without("/status/conditions", "/status/terminatingReplicas")),
        Scenario.of(
            "a quota-less namespace without the image: the Pod waits",
            awaitServiceAccount(),
            post(PODS, pod("a", "nosuch:1")).onlyStatus(),
            get(PODS + "/a")
                .untilText("ImagePull")
                .only(
                    "/status/phase",
                    "/status/containerStatuses/*/ready",
                    "/status/containerStatuses/*/name")),
        Scenario.of(
            "the log of a Pod",
            awaitServiceAccount(),
            post(PODS, pod("a", "pause:1")).onlyStatus(),
            get(PODS + "/a").untilFields("/status/phase", "Running").only("/status/phase"),
            get(PODS + "/a/log?container=c&tailLines=20&limitBytes=262144"),
            get(PODS + "/a/log?container=c&tailLines=20&limitBytes=262144&previous=true"),
            get(PODS + "/a/log?container=nosuch"),
            get(PODS + "/a/log?container=c&tailLines=-1"),
            get(PODS + "/nosuch/log?container=c")),
        Scenario.of(
            "the log of a Pod that has not been scheduled",
            awaitServiceAccount(),
            post(PODS, unschedulable("a", "{\"name\":\"c\",\"image\":\"app:1\"}")).onlyStatus(),
            get(PODS + "/a/log?container=c"),
            get(PODS + "/a/log?container=nosuch"),
            post(
                    PODS,
                    unschedulable(
                        "b",
                        "{\"name\":\"c\",\"image\":\"app:1\"},{\"name\":\"d\",\"image\":\"app:1\"}"))
                .onlyStatus(),
            get(PODS + "/b/log")),
        Scenario.of(
            "a Pod that fits no node",
            awaitServiceAccount(),
            post(PODS, unschedulable("a", "{\"name\":\"c\",\"image\":\"app:1\"}")).onlyStatus(),
            get(PODS + "/a")
                .untilText("Unschedulable")
                .only(
                    "/status/phase",
                    "/status/conditions/*/type",
                    "/status/conditions/*/status",
                    "/status/conditions/*/reason"),
            delete(PODS + "/a")
                .only("/kind", "/metadata/name", "/metadata/deletionGracePeriodSeconds"),
            get(PODS + "/a").untilStatus(404).onlyStatus()),
        Scenario.of(
            "a running Pod is deleted with grace",
            awaitServiceAccount(),
            post(PODS, pod("a", "pause:1")).onlyStatus(),
            get(PODS + "/a").untilFields("/status/phase", "Running").only("/status/phase"),
            delete(PODS + "/a", "{\"gracePeriodSeconds\":5}")
                .only(
                    "/kind", "/metadata/deletionGracePeriodSeconds", "/metadata/deletionTimestamp"),
            get(PODS + "/a").untilStatus(404).onlyStatus()),
        Scenario.of(
            "evictions",
            awaitServiceAccount(),
            post(PODS, unschedulable("a", "{\"name\":\"c\",\"image\":\"app:1\"}")).onlyStatus(),
            post(PODS + "/a/eviction?dryRun=All", eviction("a")),
            get(PODS + "/a").only("/metadata/name"),
            post(PODS + "/nosuch/eviction", eviction("nosuch")),
            post(PODS + "/a/eviction", eviction("b")),
            post(PODS + "/a/eviction", eviction("a").replace("policy/v1", "policy/v9")),
            post(PODS + "/a/eviction", eviction("a").replace("Eviction", "Nosuch")),
            post(PODS + "/a/eviction", eviction("a")),
            get(PODS + "/a").untilStatus(404).onlyStatus()),
        Scenario.of(
            "an eviction that a budget forbids",
            awaitServiceAccount(),
            post(
                    "/apis/policy/v1/namespaces/${id}/poddisruptionbudgets",
                    """
                    {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"a"},
                     "spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"a"}}}}\
                    """)
                .onlyStatus(),
            post(PODS, pod("a", "pause:1")).onlyStatus(),
            get(PODS + "/a").untilText("\"ready\":true").onlyStatus(),
            get("/apis/policy/v1/namespaces/${id}/poddisruptionbudgets/a")
                .untilFields("/status/currentHealthy", "1")
                .only("/status/desiredHealthy", "/status/disruptionsAllowed"),
            post(PODS + "/a/eviction?dryRun=All", eviction("a"))),
        Scenario.of(
            "a Service without Pods behind the proxy",
            get(NAMESPACE + "/services/https:nosuch:443/proxy/healthz"),
            post(SERVICES, service()).onlyStatus(),
            get(NAMESPACE + "/services/https:a:443/proxy/healthz").untilText("no endpoints"),
            get(NAMESPACE + "/services/https:a:9/proxy/healthz")),
        Scenario.of(
            "a Service has an EndpointSlice",
            awaitServiceAccount(),
            post(SERVICES, service()).onlyStatus(),
            get("/apis/discovery.k8s.io/v1/namespaces/${id}/endpointslices")
                .untilText("kubernetes.io/service-name")
                .only(
                    "/items/*/addressType",
                    "/items/*/endpoints",
                    "/items/*/metadata/labels",
                    "/items/*/metadata/ownerReferences/*/name"),
            post(PODS, pod("a", "pause:1")).onlyStatus(),
            get("/apis/discovery.k8s.io/v1/namespaces/${id}/endpointslices")
                .untilText("\"ready\":true")
                .only(
                    "/items/*/ports",
                    "/items/*/endpoints/*/conditions",
                    "/items/*/endpoints/*/targetRef/kind",
                    "/items/*/endpoints/*/targetRef/name"),
            delete(SERVICES + "/a").onlyStatus(),
            get("/apis/discovery.k8s.io/v1/namespaces/${id}/endpointslices")
                .untilText("\"items\":[]")
                .only("/items")),
        Scenario.of(
            "a DaemonSet runs on each node that fits",
            awaitServiceAccount(),
            post(DAEMON_SETS, daemonSet("{}")).only("/status"),
            get(DAEMON_SETS + "/a")
                .untilFields("/status/numberAvailable", "1")
                .only("/status", "/metadata/generation", "/metadata/annotations"),
            post(
                    DAEMON_SETS,
                    daemonSet("{\"nosuch\":\"true\"}").replace("\"name\":\"a\"", "\"name\":\"b\""))
                .onlyStatus(),
            get(DAEMON_SETS + "/b").untilFields("/status/observedGeneration", "1").only("/status")),
        Scenario.of(
            "a Pod that ends by itself comes back, and says so",
            awaitServiceAccount(),
            post(PODS, pod("a", "openkruise/kruise-manager:crash")).onlyStatus(),
            get(PODS + "/a")
                .untilText("CrashLoopBackOff")
                .only(
                    "/status/phase",
                    "/status/containerStatuses/*/state/waiting/reason",
                    "/status/containerStatuses/*/lastState/terminated/exitCode",
                    "/status/containerStatuses/*/lastState/terminated/reason"),
            get(PODS + "/a/log?container=c&previous=true&tailLines=20").untilText("on purpose")));
  }

  private static String deployment(String image) {
    return CreateContract.deployment("a")
        .replace("\"replicas\":0", "\"replicas\":1")
        .replace("app:1", image);
  }

  private static String paused() {
    return CreateContract.deployment("a")
        .replace("\"replicas\":0", "\"replicas\":0,\"paused\":true");
  }

  private static String pod(String name, String image) {
    return """
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"a"}},"spec":{
     "terminationGracePeriodSeconds":1,"containers":[{"name":"c","image":"%s"}]}}\
    """
        .formatted(name, image);
  }

  private static String unschedulable(String name, String containers) {
    return """
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},
     "spec":{"nodeSelector":{"nosuch":"true"},"containers":[%s]}}\
    """
        .formatted(name, containers);
  }

  private static String eviction(String name) {
    return """
    {"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"%s","namespace":"${id}"}}\
    """
        .formatted(name);
  }

  private static String service() {
    return """
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{
     "selector":{"app":"a"},"ports":[{"port":443,"targetPort":9876}]}}\
    """;
  }

  private static String daemonSet(String nodeSelector) {
    return """
    {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"a"},"spec":{
     "selector":{"matchLabels":{"app":"d"}},"template":{"metadata":{"labels":{"app":"d"}},
     "spec":{"terminationGracePeriodSeconds":1,"nodeSelector":%s,
     "containers":[{"name":"c","image":"pause:1"}]}}}}\
    """
        .formatted(nodeSelector);
  }
}
