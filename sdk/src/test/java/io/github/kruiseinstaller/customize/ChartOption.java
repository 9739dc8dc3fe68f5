package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.testing.Charts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A customizer and the chart values that should do the same.
 *
 * @param name for test reports
 * @param customizer ours
 * @param helm arguments of {@code helm template}
 * @param versions for which releases the two are the same
 */
record ChartOption(String name, Customizer customizer, List<String> helm, List<String> versions) {
  /** The one option that changes custom resource definitions. */
  static final String TOUCHES_DEFINITIONS = "external certificate annotations";

  private static final List<String> ALL = Charts.versions();
  private static final List<String> FROM_1_7 = List.of("1.7.5", "1.8.3");

  private static final Map<String, ?> ZONE_A =
      Map.of(
          "nodeSelectorTerms",
          List.of(
              Map.of(
                  "matchExpressions",
                  List.of(
                      Map.of(
                          "key", "topology.kubernetes.io/zone",
                          "operator", "In",
                          "values", List.of("a"))))));
  private static final Map<String, ?> AFFINITY_A =
      Map.of("requiredDuringSchedulingIgnoredDuringExecution", ZONE_A);
  private static final String AFFINITY_A_JSON =
      "{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":["
          + "{\"matchExpressions\":[{\"key\":\"topology.kubernetes.io/zone\","
          + "\"operator\":\"In\",\"values\":[\"a\"]}]}]}}";

  @Override
  public String toString() {
    return name;
  }

  /** Each option with each release for which it holds. */
  static Stream<ChartOption> all() {
    return Stream.of(manager(), ports(), pods(), daemon(), gates(), objects())
        .flatMap(List::stream);
  }

  private static List<ChartOption> manager() {
    return List.of(
        set("replicas", Customizer.replicas(3), "manager.replicas=3"),
        set("replicas of one", Customizer.replicas(1), "manager.replicas=1"),
        set(
            "image",
            Customizer.image("registry.example.com:5000/team/kruise-manager:v9.9.9-custom"),
            "manager.image.repository=registry.example.com:5000/team/kruise-manager",
            "manager.image.tag=v9.9.9-custom"),
        set(
            "registry",
            Customizer.registry("registry.example.com/mirror"),
            "manager.image.repository=registry.example.com/mirror/openkruise/kruise-manager"),
        json(
            "resources",
            Customizer.resources(
                ResourceSpec.none()
                    .request("cpu", "250m")
                    .request("memory", "1Gi")
                    .limit("cpu", "1")
                    .limit("memory", "2Gi")),
            "manager.resources={\"requests\":{\"cpu\":\"250m\",\"memory\":\"1Gi\"},"
                + "\"limits\":{\"cpu\":\"1\",\"memory\":\"2Gi\"}}"),
        json(
            "resources without a limit on cpu",
            Customizer.resources(
                ResourceSpec.none()
                    .request("cpu", "100m")
                    .request("memory", "256Mi")
                    .limit("memory", "512Mi")),
            "manager.resources.limits.cpu=null"),
        set("host network", Customizer.hostNetwork(true), "manager.hostNetwork=true"),
        set("log level", Customizer.logLevel(6), "manager.log.level=6"),
        set(
            "sync period",
            Customizer.syncPeriod(Duration.ofMinutes(5)),
            "manager.resyncPeriod=300s"),
        only(
            FROM_1_7,
            set(
                "JSON log",
                Customizer.loggingFormat(LoggingFormat.JSON),
                "manager.loggingFormat=json")));
  }

  private static List<ChartOption> ports() {
    return List.of(
        set("webhook port", Customizer.webhookPort(10250), "manager.webhook.port=10250"),
        set("metrics port", Customizer.metricsPort(18080), "manager.metrics.port=18080"),
        set(
            "health probe port",
            Customizer.healthProbePort(18000),
            "manager.healthProbe.port=18000"),
        set("daemon port", Customizer.daemonPort(20221), "daemon.port=20221"));
  }

  private static List<ChartOption> pods() {
    return List.of(
        json(
            "pull secrets",
            Customizer.imagePullSecrets("pull-one", "pull.two"),
            "imagePullSecrets=[{\"name\":\"pull-one\"},{\"name\":\"pull.two\"}]"),
        json(
            "node selector",
            Customizer.nodeSelector(Map.of("example.com/pool", "system")),
            "manager.nodeSelector={\"example.com/pool\":\"system\"}"),
        json(
            "tolerations",
            Customizer.tolerations(
                Toleration.equal("example.com/pool", "system").effect("NoSchedule"),
                Toleration.exists("node-role.kubernetes.io/control-plane"),
                new Toleration("slow", null, "NoExecute", Duration.ofMinutes(1))),
            "manager.tolerations=[{\"key\":\"example.com/pool\",\"operator\":\"Equal\","
                + "\"value\":\"system\",\"effect\":\"NoSchedule\"},"
                + "{\"key\":\"node-role.kubernetes.io/control-plane\",\"operator\":\"Exists\"},"
                + "{\"key\":\"slow\",\"operator\":\"Exists\",\"effect\":\"NoExecute\","
                + "\"tolerationSeconds\":60}]"),
        json(
            "node affinity",
            Customizer.nodeAffinity(AFFINITY_A),
            "manager.nodeAffinity=" + AFFINITY_A_JSON));
  }

  private static List<ChartOption> daemon() {
    return List.of(
        json(
            "daemon resources",
            Customizer.daemonResources(
                ResourceSpec.none()
                    .request("cpu", "10m")
                    .request("memory", "32Mi")
                    .limit("cpu", "100m")
                    .limit("memory", "256Mi")),
            "daemon.resources={\"requests\":{\"cpu\":\"10m\",\"memory\":\"32Mi\"},"
                + "\"limits\":{\"cpu\":\"100m\",\"memory\":\"256Mi\"}}"),
        set(
            "socket location",
            Customizer.daemonSocketLocation("/run/k3s"),
            "daemon.socketLocation=/run/k3s"),
        set(
            "socket file",
            Customizer.daemonSocketFile("containerd/containerd.sock"),
            "daemon.socketFile=containerd/containerd.sock"),
        json(
            "daemon environment",
            Customizer.daemonEnv(
                Map.of(
                    "NO_PROXY", "10.0.0.0/8,.svc", "HTTPS_PROXY", "http://proxy.example.com:8080")),
            "daemon.extraEnvs=[{\"name\":\"HTTPS_PROXY\",\"value\":\"http://proxy.example.com:8080\"},"
                + "{\"name\":\"NO_PROXY\",\"value\":\"10.0.0.0/8,.svc\"}]"),
        json(
            "daemon node selector",
            Customizer.daemonNodeSelector(Map.of("example.com/daemon", "true")),
            "daemon.nodeSelector={\"example.com/daemon\":\"true\"}"),
        json(
            "daemon affinity",
            Customizer.daemonAffinity(Map.of("nodeAffinity", AFFINITY_A)),
            "daemon.affinity={\"nodeAffinity\":" + AFFINITY_A_JSON + "}"));
  }

  private static List<ChartOption> gates() {
    return List.of(
        gate("KruiseDaemon", false, ALL),
        gate("PodWebhook", false, FROM_1_7),
        gate("ResourcesDeletionProtection", true, ALL),
        gate("EnableExternalCerts", true, FROM_1_7),
        gate("AllAlpha", true, ALL),
        gate("StatefulSetAutoResizePVCGate", true, List.of("1.8.3")),
        set(
            "gate that the release sets",
            Customizer.featureGate("ImagePullJobGate", false),
            "featureGates=ImagePullJobGate=false"),
        only(
            FROM_1_7,
            set(
                "several gates",
                Customizer.featureGates(
                    Map.of(
                        "PodWebhook", false, "KruiseDaemon", false, "EnableExternalCerts", true)),
                "featureGates=ImagePullJobGate=true\\,EnableExternalCerts=true"
                    + "\\,KruiseDaemon=false\\,PodWebhook=false")));
  }

  private static List<ChartOption> objects() {
    return List.of(
        only(
            FROM_1_7,
            set(
                "webhook time-out",
                Customizer.webhookTimeout(Duration.ofSeconds(7)),
                "webhookConfiguration.timeoutSeconds=7")),
        json(
            "service account annotations",
            Customizer.serviceAccountAnnotations(Map.of("example.com/role", "kruise")),
            "serviceAccount.annotations={\"example.com/role\":\"kruise\"}"),
        only(
            FROM_1_7,
            json(
                TOUCHES_DEFINITIONS,
                Customizer.externalCertificateAnnotations(
                    Map.of("cert-manager.io/inject-ca-from", "kruise-system/kruise-webhook-certs")),
                "externalCerts.annotations={\"cert-manager.io/inject-ca-from\":"
                    + "\"kruise-system/kruise-webhook-certs\"}")),
        json(
            "groups to list",
            Customizer.roleListGroups("apps", "example.com"),
            "installation.roleListGroups=[\"apps\",\"example.com\"]"),
        set(
            "several options",
            Customizer.all(
                List.of(
                    Customizer.replicas(3),
                    Customizer.webhookPort(443),
                    Customizer.imagePullSecrets("pull"),
                    Customizer.featureGate("KruiseDaemon", false))),
            "manager.replicas=3",
            "manager.webhook.port=443",
            "imagePullSecrets[0].name=pull",
            "featureGates=ImagePullJobGate=true\\,KruiseDaemon=false"));
  }

  private static ChartOption gate(String gate, boolean on, List<String> versions) {
    return only(
        versions,
        set(
            gate + "=" + on,
            Customizer.featureGate(gate, on),
            "featureGates=ImagePullJobGate=true\\," + gate + "=" + on));
  }

  private static ChartOption set(String name, Customizer customizer, String... values) {
    return new ChartOption(name, customizer, arguments("--set", values), ALL);
  }

  private static ChartOption json(String name, Customizer customizer, String... values) {
    return new ChartOption(name, customizer, arguments("--set-json", values), ALL);
  }

  private static ChartOption only(List<String> versions, ChartOption option) {
    return new ChartOption(option.name(), option.customizer(), option.helm(), versions);
  }

  private static List<String> arguments(String flag, String... values) {
    List<String> arguments = new ArrayList<>();
    for (String value : values) {
      Collections.addAll(arguments, flag, value);
    }
    return arguments;
  }
}
