package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.customize.ResourceSpec;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.PreflightReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PreflightTest {
  /**
   * A cluster, and what a check says of it.
   *
   * @param name for people
   * @param scene makes the cluster so
   * @param options of the installer
   * @param id of the check
   * @param status what it ends with
   * @param says part of what it says
   */
  record Case(
      String name,
      Consumer<SimulatedCluster> scene,
      UnaryOperator<OpenKruiseInstaller.Builder> options,
      String id,
      CheckStatus status,
      String says) {
    @Override
    public String toString() {
      return id + " " + status.id() + ": " + name;
    }
  }

  static List<Case> cases() {
    return List.of(
        on("a newer Kubernetes", c -> {}, "cluster-version", CheckStatus.WARN, "1.18 to 1.30"),
        on("a fit object", c -> {}, "dry-run", CheckStatus.PASS, "takes what is to be written"),
        on(
            "a dead webhook on CRDs",
            c -> Scenes.foreignWebhook(c, "customresourcedefinitions.apiextensions.k8s.io", ""),
            "dry-run",
            CheckStatus.FAIL,
            "check.example.com"),
        on("an administrator", c -> {}, "permissions", CheckStatus.PASS, "do everything"),
        on("an empty cluster", c -> {}, "existing-installation", CheckStatus.PASS, "nothing of"),
        on(
            "a tool of another name",
            c -> Scenes.manager(c, "1.8.3", "{}"),
            "existing-installation",
            CheckStatus.WARN,
            "installed by testkit"),
        on(
            "a Helm release",
            c ->
                Scenes.manager(
                    c,
                    "1.8.3",
                    "{meta.helm.sh/release-name: kruise, meta.helm.sh/release-namespace: tools}"),
            "existing-installation",
            CheckStatus.WARN,
            "the Helm release kruise in tools"),
        on("an empty cluster", c -> {}, "existing-version", CheckStatus.SKIPPED, "no manager"),
        on(
            "the same version",
            c -> Scenes.manager(c, "1.8.3", "{}"),
            "existing-version",
            CheckStatus.PASS,
            "1.8.3 is there"),
        on(
            "an older version",
            c -> Scenes.manager(c, "1.8.0", "{}"),
            "existing-version",
            CheckStatus.WARN,
            "1.8.0 becomes 1.8.3"),
        on(
            "a newer version",
            c -> Scenes.manager(c, "1.10.0", "{}"),
            "existing-version",
            CheckStatus.WARN,
            "1.8.3 is older than 1.10.0"),
        on(
            "a version too old",
            c -> Scenes.manager(c, "1.3.0", "{}"),
            "existing-version",
            CheckStatus.FAIL,
            "in one step"),
        on("no namespace", c -> {}, "namespace-state", CheckStatus.PASS, "will be made"),
        on(
            "a namespace",
            c -> Scenes.namespace(c),
            "namespace-state",
            CheckStatus.PASS,
            "exists"),
        on(
            "a namespace that is being deleted",
            PreflightTest::terminating,
            "namespace-state",
            CheckStatus.FAIL,
            "is being deleted"),
        on(
            "a namespace without the label",
            c -> Scenes.namespace(c),
            "namespace-labels",
            CheckStatus.WARN,
            "control-plane=openkruise"),
        on(
            "a namespace with the label",
            c -> Scenes.namespace(c, "control-plane", "openkruise"),
            "namespace-labels",
            CheckStatus.PASS,
            "carries"),
        on("no namespace", c -> {}, "pod-security", CheckStatus.SKIPPED, "does not exist yet"),
        on(
            "a namespace without a level",
            c -> Scenes.namespace(c),
            "pod-security",
            CheckStatus.PASS,
            ""),
        on(
            "a namespace for restricted Pods",
            c -> Scenes.namespace(c, "pod-security.kubernetes.io/enforce", "restricted"),
            "pod-security",
            CheckStatus.FAIL,
            "violates PodSecurity"),
        on(
            "a namespace for restricted Pods",
            c -> Scenes.namespace(c, "pod-security.kubernetes.io/enforce", "restricted"),
            "limit-range",
            CheckStatus.SKIPPED,
            "something else refuses"),
        on(
            "a namespace for baseline Pods",
            c -> Scenes.namespace(c, "pod-security.kubernetes.io/enforce", "baseline"),
            "daemon-admission",
            CheckStatus.WARN,
            "host"),
        on(
            "a namespace without a level",
            c -> Scenes.namespace(c),
            "daemon-admission",
            CheckStatus.PASS,
            ""),
        on("no namespace", c -> {}, "daemon-admission", CheckStatus.SKIPPED, "does not exist yet"),
        on(
            "no room for one Pod",
            c -> quota(c, "{pods: \"0\"}"),
            "quota-admission",
            CheckStatus.FAIL,
            "exceeded quota"),
        on(
            "room for one Pod",
            c -> quota(c, "{requests.cpu: 150m}"),
            "quota-admission",
            CheckStatus.PASS,
            ""),
        on(
            "room for one Pod of two",
            c -> quota(c, "{requests.cpu: 150m}"),
            "resource-quota",
            CheckStatus.FAIL,
            "requests.cpu 150m"),
        on(
            "room for all Pods",
            c -> quota(c, "{requests.cpu: \"1\", pods: \"5\"}"),
            "resource-quota",
            CheckStatus.PASS,
            "room for 2 replicas"),
        on(
            "no quota", c -> Scenes.namespace(c), "resource-quota", CheckStatus.PASS, "no quota"),
        on("no namespace", c -> {}, "resource-quota", CheckStatus.SKIPPED, "does not exist"),
        on(
            "a limit range below the manager",
            c -> limitRange(c, "{type: Container, max: {memory: 100Mi}}"),
            "limit-range",
            CheckStatus.FAIL,
            "memory"),
        on(
            "no limit range",
            c -> Scenes.namespace(c),
            "limit-range",
            CheckStatus.PASS,
            "limit ranges let"),
        on(
            "a dead webhook on Pods",
            c -> {
              Scenes.namespace(c);
              Scenes.foreignWebhook(c, "pods", "");
            },
            "pod-policy",
            CheckStatus.FAIL,
            "check.example.com"),
        on("no policy", c -> Scenes.namespace(c), "pod-policy", CheckStatus.PASS, ""),
        on("an empty node", c -> {}, "node-fit", CheckStatus.PASS, "room for its 2 replicas"),
        on(
            "a tainted node",
            c ->
                Scenes.node(
                    c, "spec", Map.of("taints", List.of(Map.of("key", "a", "effect", "NoSchedule")))),
            "node-fit",
            CheckStatus.FAIL,
            "taint a:NoSchedule"),
        on(
            "a cordoned node",
            c -> Scenes.node(c, "spec", Map.of("unschedulable", true)),
            "node-fit",
            CheckStatus.FAIL,
            "is cordoned"),
        with(
            "a selector that no node meets",
            b -> b.customize(Customizer.nodeSelector(Map.of("disk", "fast"))),
            "node-fit",
            CheckStatus.FAIL,
            "node selector"),
        with(
            "more memory than there is",
            b -> b.customize(memory("17Gi")),
            "node-fit",
            CheckStatus.FAIL,
            "room for 0 of 2 replicas"),
        with(
            "memory for one replica",
            b -> b.customize(memory("10Gi")),
            "node-fit",
            CheckStatus.WARN,
            "room for 1 of 2 replicas"),
        on(
            "a node with other Pods on it",
            PreflightTest::fillTheNode,
            "node-fit",
            CheckStatus.FAIL,
            "room for 0 of 2 replicas"),
        on("an image on no node", c -> {}, "manager-image", CheckStatus.SKIPPED, "when it is pulled"),
        on(
            "an image on a node",
            PreflightTest::imageOnTheNode,
            "manager-image",
            CheckStatus.PASS,
            "on 1 of 1 nodes"),
        with(
            "an image without a version",
            b ->
                b.customize(
                    Customizer.manifest(
                        "Deployment",
                        "kruise-controller-manager",
                        manager ->
                            io.github.kruiseinstaller.model.Manifest.parseJson(
                                manager.toJson().replace("kruise-manager:v1.8.3", "kruise-manager")))),
            "manager-image",
            CheckStatus.WARN,
            "the latest"),
        on("no pull secret", c -> {}, "pull-secrets", CheckStatus.PASS, "without a secret"),
        new Case(
            "a pull secret that is missing",
            c -> Scenes.namespace(c),
            b -> b.customize(Customizer.imagePullSecrets("pull")),
            "pull-secrets",
            CheckStatus.WARN,
            "Secret kruise-system/pull"),
        new Case(
            "a pull secret that is there",
            c -> {
              Scenes.namespace(c);
              c.objects()
                  .apply(
                      "{apiVersion: v1, kind: Secret, metadata: {name: pull, namespace:"
                          + " kruise-system}, stringData: {password: open-sesame}}");
            },
            b -> b.customize(Customizer.imagePullSecrets("pull")),
            "pull-secrets",
            CheckStatus.PASS,
            "[pull]"),
        on("nothing that runs", c -> {}, "api-server-network", CheckStatus.SKIPPED, "proves it"),
        on(
            "a tunnel",
            PreflightTest::tunnel,
            "api-server-network",
            CheckStatus.SKIPPED,
            "konnectivity-agent"),
        on("no provider", c -> {}, "provider", CheckStatus.PASS, "no provider"),
        on(
            "EKS with another network",
            c -> Scenes.node(c, "spec", Map.of("providerID", "aws:///eu-west-1a/i-0")),
            "provider",
            CheckStatus.WARN,
            "hostNetwork"),
        new Case(
            "EKS with another network and the host's",
            c -> Scenes.node(c, "spec", Map.of("providerID", "aws:///eu-west-1a/i-0")),
            b -> b.customize(Customizer.hostNetwork(true)),
            "provider",
            CheckStatus.PASS,
            "host's network"),
        on(
            "GKE with private nodes",
            c -> Scenes.node(c, "spec", Map.of("providerID", "gce://p/z/n")),
            "provider",
            CheckStatus.WARN,
            "9876"),
        on(
            "AKS",
            c -> Scenes.node(c, "spec", Map.of("providerID", "azure:///x")),
            "provider",
            CheckStatus.WARN,
            "admissions enforcer"),
        with(
            "no definitions", b -> b, "definition-versions", CheckStatus.PASS, "no definition"),
        on(
            "objects stored in a version that the release lacks",
            PreflightTest::storedVersion,
            "definition-versions",
            CheckStatus.FAIL,
            "stored as v1gamma1"),
        with("no definitions", b -> b, "definition-conversion", CheckStatus.PASS, "no live"),
        on(
            "a conversion that leads nowhere",
            PreflightTest::definitions,
            "definition-conversion",
            CheckStatus.WARN,
            "kruise-webhook-service does not exist"),
        on("no webhooks of others", c -> {}, "foreign-webhooks", CheckStatus.PASS, "no webhook"),
        on(
            "a dead one on CRDs",
            c -> Scenes.foreignWebhook(c, "customresourcedefinitions.apiextensions.k8s.io", ""),
            "foreign-webhooks",
            CheckStatus.FAIL,
            "Service other/gone does not exist"),
        on(
            "a dead one on the manager's Pods",
            c -> Scenes.foreignWebhook(c, "pods", ""),
            "foreign-webhooks",
            CheckStatus.FAIL,
            "Pod kruise-system/kruise-controller-manager-*"),
        on(
            "a dead one that may be left out",
            c -> Scenes.foreignWebhook(c, "pods", "failurePolicy: Ignore"),
            "foreign-webhooks",
            CheckStatus.WARN,
            "failurePolicy Ignore"),
        on(
            "a dead one on other namespaces",
            c ->
                Scenes.foreignWebhook(
                    c, "pods", "namespaceSelector: {matchLabels: {team: shop}}"),
            "foreign-webhooks",
            CheckStatus.PASS,
            "no webhook"),
        on(
            "a dead one on what we do not write",
            c -> Scenes.foreignWebhook(c, "jobs.batch", ""),
            "foreign-webhooks",
            CheckStatus.PASS,
            "no webhook"),
        on("no configurations", c -> {}, "own-webhooks", CheckStatus.PASS, "do not exist yet"),
        on(
            "a containerd of today",
            c -> {},
            "daemon-runtime",
            CheckStatus.PASS,
            "where they are"),
        on(
            "docker",
            c -> Scenes.nodeStatus(c, "nodeInfo", Map.of("containerRuntimeVersion", "docker://24.0")),
            "daemon-runtime",
            CheckStatus.WARN,
            "dockershim"),
        on(
            "an old containerd",
            c ->
                Scenes.nodeStatus(
                    c, "nodeInfo", Map.of("containerRuntimeVersion", "containerd://1.5.9")),
            "daemon-runtime",
            CheckStatus.WARN,
            "v1 of the runtime interface"),
        on(
            "k3s",
            c -> Scenes.nodeStatus(c, "nodeInfo", Map.of("kubeletVersion", "v1.30.2+k3s1")),
            "daemon-runtime",
            CheckStatus.WARN,
            "/run/k3s"),
        new Case(
            "k3s, and the daemon told of it",
            c -> Scenes.nodeStatus(c, "nodeInfo", Map.of("kubeletVersion", "v1.30.2+k3s1")),
            b -> b.customize(Customizer.daemonSocketLocation("/run/k3s")),
            "daemon-runtime",
            CheckStatus.PASS,
            ""),
        with(
            "no daemon",
            b -> b.customize(Customizer.featureGate("KruiseDaemon", false)),
            "daemon-runtime",
            CheckStatus.SKIPPED,
            "KruiseDaemon"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void check_saysWhatTheClusterIs(Case each) {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      each.scene().accept(cluster);
      cluster.requests().clear();

      PreflightReport report =
          each.options().apply(SmallInstallers.of(cluster.admin())).build().preflight();

      Check check = Scenes.check(report.checks(), each.id());
      assertThat(check.status()).as(report.render()).isEqualTo(each.status());
      assertThat(Scenes.text(check)).contains(each.says());
      assertThat(report.passed()).isEqualTo(report.checks().with(CheckStatus.FAIL).isEmpty());
      assertThat(report.toJson()).doesNotContain("open-sesame");
      writesNothing(cluster);
    }
  }

  @Test
  void preflight_ofACleanCluster_passesWithinTwoSeconds() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      OpenKruiseInstaller installer = SmallInstallers.of(cluster.admin()).build();
      installer.preflight();

      PreflightReport report = installer.preflight();

      assertThat(report.passed()).as(report.render()).isTrue();
      assertThat(report.took()).isLessThan(Duration.ofSeconds(2));
      assertThat(Scenes.ids(report.checks())).doesNotHaveDuplicates();
    }
  }

  @Test
  void preflight_whenItIsInstalled_asksTheRunningManager() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      OpenKruiseInstaller installer = SmallInstallers.of(cluster.admin()).build();
      installer.install();

      PreflightReport report = installer.preflight();

      assertThat(report.passed()).as(report.render()).isTrue();
      pass(report, "api-server-network", "the manager that runs already");
      pass(report, "existing-installation", "by this installer");
      pass(report, "own-webhooks", "armed, and have endpoints");
      pass(report, "definition-conversion", "have endpoints");
      pass(report, "dry-run", "nothing is to be written");
      pass(report, "resource-quota", "");
    }
  }

  @Test
  void preflight_whenArmedWebhooksAreNotAnswered_warns() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      OpenKruiseInstaller installer = SmallInstallers.of(cluster.admin()).build();
      installer.install();
      cluster.objects().delete("v1", "Service", Scenes.NAMESPACE, "kruise-webhook-service");

      PreflightReport report = installer.preflight();

      Check own = Scenes.check(report.checks(), "own-webhooks");
      assertThat(own.status()).isEqualTo(CheckStatus.WARN);
      assertThat(own.remedy()).contains("repair()");
    }
  }

  @Test
  void preflight_intoAnotherNamespace_refusesASecondInstallation() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      SmallInstallers.of(cluster.admin()).build().install();

      PreflightReport report =
          SmallInstallers.of(cluster.admin())
              .release(
                  ReleaseSource.manifests(
                      SmallRelease.yaml()
                          .replace("namespace: kruise-system", "namespace: second")
                          .replace("name: kruise-system", "name: second")
                          .replace("namespace=kruise-system", "namespace=second"),
                      "second"))
              .build()
              .preflight();

      Check existing = Scenes.check(report.checks(), "existing-installation");
      assertThat(existing.status()).isEqualTo(CheckStatus.FAIL);
      assertThat(existing.summary()).contains("namespace kruise-system already");
    }
  }

  @Test
  void preflight_byOneWhoMayNothing_skipsWithReasonsAndNamesThePermissions() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      PreflightReport report =
          SmallInstallers.of(cluster.user("nobody", "system:authenticated")).build().preflight();

      Check permissions = Scenes.check(report.checks(), "permissions");
      assertThat(permissions.status()).isEqualTo(CheckStatus.FAIL);
      assertThat(permissions.evidence())
          .contains("list Namespace in the cluster", "create Deployment (apps) in namespace kruise-system");
      assertThat(permissions.remedy()).contains("requiredRole()");
      Check helpful = Scenes.check(report.checks(), "helpful-permissions");
      assertThat(helpful.status()).isEqualTo(CheckStatus.WARN);
      Set<String> judged =
          report.checks().all().stream()
              .filter(check -> check.status() != CheckStatus.SKIPPED)
              .map(Check::id)
              .collect(Collectors.toSet());
      assertThat(judged)
          .as(report.render())
          .containsExactlyInAnyOrder(
              "cluster-version", "permissions", "helpful-permissions", "pull-secrets");
      assertThat(report.checks().with(CheckStatus.SKIPPED))
          .allSatisfy(check -> assertThat(check.summary()).isNotBlank());
    }
  }

  @Test
  void permissions_whenTheyCannotBeAskedFor_areSkipped() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      cluster
          .faults()
          .add(
              FaultRule.when()
                  .resource("selfsubjectaccessreviews.authorization.k8s.io")
                  .then(Fault.Answer.status(403, "Forbidden", "not today", 0)));

      PreflightReport report = SmallInstallers.of(cluster.admin()).build().preflight();

      assertThat(Scenes.check(report.checks(), "permissions").status())
          .isEqualTo(CheckStatus.SKIPPED);
      assertThat(Scenes.check(report.checks(), "permissions").summary()).contains("not today");
    }
  }

  @Test
  void preflight_whenTheApiServerIsBusy_triesAgain() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      cluster.faults().add(FaultRule.when().every(3).times(2).then(Fault.Answer.unavailable(0)));

      PreflightReport report = SmallInstallers.of(cluster.admin()).build().preflight();

      assertThat(report.passed()).as(report.render()).isTrue();
    }
  }

  @Test
  void preflight_withoutARelease_saysThatItNeedsOne() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      OpenKruiseInstaller installer =
          OpenKruiseInstaller.builder().kubeconfig(cluster.kubeconfigFile()).build();

      assertThatThrownBy(installer::preflight)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no release given");
    }
  }

  @Test
  void preflight_ofAnInvalidRelease_failsAsInstallingDoes() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      OpenKruiseInstaller installer =
          SmallInstallers.of(cluster.admin())
              .release(ReleaseSource.manifests("{apiVersion: v1, kind: Service}", "nothing"))
              .build();

      assertThatThrownBy(installer::preflight)
          .isInstanceOfSatisfying(
              InstallException.class,
              e -> assertThat(e.failure().code()).isEqualTo(FailureCode.RELEASE_INVALID));
    }
  }

  private static Case on(
      String name, Consumer<SimulatedCluster> scene, String id, CheckStatus status, String says) {
    return new Case(name, scene, builder -> builder, id, status, says);
  }

  private static Case with(
      String name,
      UnaryOperator<OpenKruiseInstaller.Builder> options,
      String id,
      CheckStatus status,
      String says) {
    return new Case(name, cluster -> {}, options, id, status, says);
  }

  private static void pass(PreflightReport report, String id, String says) {
    Check check = Scenes.check(report.checks(), id);
    assertThat(check.status()).as(check.toString()).isEqualTo(CheckStatus.PASS);
    assertThat(check.summary()).contains(says);
  }

  static void writesNothing(SimulatedCluster cluster) {
    assertThat(cluster.requests().entries())
        .filteredOn(entry -> entry.request().writes() && !entry.request().dryRun())
        .extracting(entry -> entry.request().resource())
        .allMatch("selfsubjectaccessreviews.authorization.k8s.io"::equals);
  }

  private static Customizer memory(String amount) {
    return Customizer.resources(ResourceSpec.none().request("memory", amount));
  }

  private static void terminating(SimulatedCluster cluster) {
    Scenes.namespace(cluster);
    cluster
        .objects()
        .apply(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: held, namespace: kruise-system,"
                + " finalizers: [example.com/held]}}");
    cluster.objects().delete("v1", "Namespace", "", Scenes.NAMESPACE);
  }

  private static void quota(SimulatedCluster cluster, String hard) {
    Scenes.namespace(cluster);
    String quota =
        "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: kruise-system},"
            + " spec: {hard: %s}}";
    cluster.objects().apply(quota.formatted(hard));
    cluster
        .objects()
        .editStatus(
            "v1",
            "ResourceQuota",
            Scenes.NAMESPACE,
            "q",
            tree -> {
              Map<String, Object> limits = Scenes.child(Scenes.child(tree, "spec"), "hard");
              Scenes.child(tree, "status").put("hard", limits);
              Scenes.child(tree, "status")
                  .put(
                      "used",
                      limits.keySet().stream().collect(Collectors.toMap(key -> key, key -> "0")));
            });
  }

  private static void limitRange(SimulatedCluster cluster, String limit) {
    Scenes.namespace(cluster);
    String range =
        "{apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: kruise-system},"
            + " spec: {limits: [%s]}}";
    cluster.objects().apply(range.formatted(limit));
  }

  private static void fillTheNode(SimulatedCluster cluster) {
    cluster
        .objects()
        .apply(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: big, namespace: default}
            spec:
              nodeName: node-1
              containers:
              - {name: big, image: big:1, resources: {requests: {memory: 16200Mi}}}
            """);
  }

  private static void imageOnTheNode(SimulatedCluster cluster) {
    cluster
        .objects()
        .editStatus(
            "v1",
            "Node",
            "",
            "node-1",
            node ->
                Scenes.child(node, "status")
                    .put(
                        "images",
                        List.of(
                            Map.of(
                                "names",
                                List.of("docker.io/openkruise/kruise-manager:v1.8.3"),
                                "sizeBytes",
                                1))));
  }

  private static void tunnel(SimulatedCluster cluster) {
    cluster
        .objects()
        .apply(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              {name: konnectivity-agent-1, namespace: kube-system, labels: {k8s-app: konnectivity-agent}}
            spec: {containers: [{name: agent, image: agent:1}]}
            """);
  }

  private static void definitions(SimulatedCluster cluster) {
    for (String document : SmallRelease.yaml().split("\n---\n")) {
      if (document.contains("kind: CustomResourceDefinition")
          && document.contains("statefulsets.apps")) {
        cluster.objects().apply(document);
      }
    }
  }

  private static void storedVersion(SimulatedCluster cluster) {
    definitions(cluster);
    cluster
        .objects()
        .editStatus(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "",
            "statefulsets.apps.kruise.io",
            tree ->
                Scenes.child(tree, "status")
                    .put("storedVersions", List.of("v1beta1", "v1gamma1")));
  }
}
