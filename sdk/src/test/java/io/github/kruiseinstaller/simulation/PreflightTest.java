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
import io.github.kruiseinstaller.model.Manifest;
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
  private static final Customizer UNVERSIONED =
      Customizer.manifest(
          "Deployment",
          "kruise-controller-manager",
          manager ->
              Manifest.parseJson(
                  manager.toJson().replace("kruise-manager:v1.8.3", "kruise-manager")));

  /**
   * A cluster, and what checks say of it. Looking changes nothing, so one cluster serves for many.
   *
   * @param name for people
   * @param scene makes the cluster so
   * @param looks what is found there
   */
  record Place(String name, Consumer<SimulatedCluster> scene, List<Look> looks) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * One preflight.
   *
   * @param options of the installer
   * @param expected what its checks say
   */
  record Look(UnaryOperator<OpenKruiseInstaller.Builder> options, List<Expected> expected) {}

  /**
   * What a check says.
   *
   * @param says part of it
   */
  record Expected(String id, CheckStatus status, String says) {}

  static List<Place> places() {
    return List.of(
        new Place("an empty cluster", cluster -> {}, emptyCluster()),
        new Place(
            "a restricted namespace with a Helm release",
            PreflightTest::restricted,
            List.of(
                look(
                    warn("existing-installation", "the Helm release kruise in tools"),
                    pass("existing-version", "1.8.0 becomes 1.8.3"),
                    warn("namespace-labels", "control-plane=openkruise"),
                    fail("pod-security", "violates PodSecurity"),
                    skipped("quota-admission", "something else refuses"),
                    skipped("limit-range", "something else refuses"),
                    skipped("pod-policy", "something else refuses"),
                    warn("daemon-admission", "host"),
                    fail("node-fit", "is cordoned"),
                    warn("provider", "hostNetwork"),
                    warn("daemon-runtime", "dockershim"),
                    warn("foreign-webhooks", "failurePolicy Ignore")),
                look(
                    builder -> builder.customize(Customizer.hostNetwork(true)),
                    pass("provider", "host's network")),
                look(
                    builder -> builder.customize(Customizer.imagePullSecrets("pull")),
                    warn("pull-secrets", "Secret kruise-system/pull")))),
        new Place(
            "Docker behind cri-dockerd",
            cluster -> docker(cluster, "v1.30.2"),
            List.of(
                look(pass("daemon-runtime", "where they are")),
                look(ofVersion("v1.7.0"), pass("daemon-runtime", "where they are")),
                look(ofVersion("v1.6.4"), warn("daemon-runtime", "since 1.7 only")))),
        new Place(
            "Docker behind a kubelet's dockershim",
            cluster -> docker(cluster, "v1.23.17"),
            List.of(
                look(warn("daemon-runtime", "not look since 1.8")),
                look(ofVersion("v1.7.0"), pass("daemon-runtime", "where they are")),
                look(ofVersion("v1.6.4"), pass("daemon-runtime", "where they are")))),
        new Place(
            "a full namespace with a newer manager",
            PreflightTest::full,
            List.of(
                look(
                    warn("existing-installation", "installed by testkit"),
                    warn("existing-version", "1.8.3 is older than 1.10.0"),
                    pass("namespace-labels", "carries"),
                    fail("quota-admission", "exceeded quota"),
                    fail("resource-quota", "pods 0"),
                    fail("node-fit", "taint a:NoSchedule"),
                    warn("provider", "9876"),
                    warn("daemon-runtime", "v1 of the runtime interface")))),
        new Place(
            "a namespace with limits and an old manager",
            PreflightTest::limited,
            List.of(
                look(
                    fail("existing-version", "in one step"),
                    fail("limit-range", "memory"),
                    pass("manager-image", "on 1 of 1 nodes"),
                    warn("provider", "admissions enforcer"),
                    fail("definition-versions", "stored as v1gamma1"),
                    warn("definition-conversion", "kruise-webhook-service does not exist"),
                    warn("daemon-runtime", "/run/k3s")),
                look(
                    builder -> builder.customize(Customizer.daemonSocketLocation("/run/k3s")),
                    pass("daemon-runtime", "where they are")))),
        new Place(
            "a namespace with room, and a node without",
            PreflightTest::roomy,
            List.of(
                look(
                    pass("existing-version", "1.8.3 is there"),
                    pass("namespace-state", "exists"),
                    pass("pod-security", "lets the manager's Pods pass"),
                    pass("quota-admission", "one more Pod"),
                    pass("resource-quota", "room for 2 replicas"),
                    pass("limit-range", "limit ranges let"),
                    pass("pod-policy", "no policy"),
                    warn("daemon-admission", "are refused"),
                    fail("node-fit", "room for 0 of 2 replicas"),
                    skipped("api-server-network", "konnectivity-agent"),
                    pass("foreign-webhooks", "no webhook")),
                look(
                    builder -> builder.customize(Customizer.imagePullSecrets("pull")),
                    pass("pull-secrets", "[pull]")))),
        new Place(
            "webhooks of others that nobody answers",
            PreflightTest::deadWebhooks,
            List.of(
                look(
                    fail("pod-policy", "pods.example.com"),
                    fail("foreign-webhooks", "Pod kruise-system/kruise-controller-manager-*"),
                    fail("dry-run", "definitions.example.com"),
                    pass("resource-quota", "no quota")))),
        new Place(
            "a namespace that is being deleted",
            PreflightTest::terminating,
            List.of(look(fail("namespace-state", "is being deleted")))));
  }

  private static List<Look> emptyCluster() {
    return List.of(
        look(
            warn("cluster-version", "1.18 to 1.30"),
            pass("dry-run", "takes what is to be written"),
            pass("permissions", "do everything"),
            pass("existing-installation", "nothing of OpenKruise"),
            skipped("existing-version", "no manager"),
            pass("namespace-state", "will be made"),
            pass("namespace-labels", "will carry"),
            skipped("pod-security", "does not exist yet"),
            skipped("resource-quota", "does not exist yet"),
            skipped("daemon-admission", "does not exist yet"),
            pass("node-fit", "room for its 2 replicas"),
            skipped("manager-image", "when it is pulled"),
            pass("pull-secrets", "without a secret"),
            skipped("api-server-network", "proves it"),
            pass("provider", "no provider"),
            pass("definition-versions", "no definition"),
            pass("definition-conversion", "no live definition"),
            pass("foreign-webhooks", "no webhook"),
            pass("own-webhooks", "do not exist yet"),
            pass("daemon-runtime", "where they are")),
        look(
            builder -> builder.customize(Customizer.nodeSelector(Map.of("disk", "fast"))),
            fail("node-fit", "node selector")),
        look(
            builder -> builder.customize(memory("17Gi")),
            fail("node-fit", "room for 0 of 2 replicas")),
        look(
            builder -> builder.customize(memory("10Gi")),
            warn("node-fit", "room for 1 of 2 replicas")),
        look(builder -> builder.customize(UNVERSIONED), warn("manager-image", "the latest")),
        look(
            builder -> builder.customize(Customizer.featureGate("KruiseDaemon", false)),
            skipped("daemon-runtime", "KruiseDaemon")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("places")
  void checks_sayWhatTheClusterIs(Place place) {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      place.scene().accept(cluster);
      cluster.requests().clear();
      for (Look look : place.looks()) {
        PreflightReport report =
            look.options()
                .apply(SmallInstallers.plain(cluster, cluster.admin()))
                .build()
                .preflight();

        for (Expected expected : look.expected()) {
          Check check = Scenes.check(report.checks(), expected.id());
          assertThat(check.status())
              .as("%s%n%s", expected, report.render())
              .isEqualTo(expected.status());
          assertThat(Scenes.text(check)).as(expected.id()).contains(expected.says());
        }
        assertThat(Scenes.withoutText(report.checks())).isEmpty();
        assertThat(report.passed()).isEqualTo(report.checks().with(CheckStatus.FAIL).isEmpty());
        assertThat(report.toJson()).doesNotContain("open-sesame");
      }
      writesNothing(cluster);
    }
  }

  @Test
  void preflight_ofACleanCluster_passesWithinTwoSeconds() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      OpenKruiseInstaller installer = SmallInstallers.plain(cluster, cluster.admin()).build();
      installer.preflight();
      Duration limit = Duration.ofSeconds(2);
      Duration best = Duration.ofDays(1);

      // A machine that stands still for a while does so in one of them.
      for (int tries = 0; tries < 5 && best.compareTo(limit) >= 0; tries++) {
        PreflightReport report = installer.preflight();
        assertThat(report.passed()).as(report.render()).isTrue();
        assertThat(Scenes.ids(report.checks())).doesNotHaveDuplicates();
        best = report.took();
      }

      assertThat(best).isLessThan(limit);
    }
  }

  @Test
  void preflight_whenItIsInstalled_asksTheRunningManager() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      OpenKruiseInstaller installer = SmallInstallers.plain(cluster, cluster.admin()).build();
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
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      OpenKruiseInstaller installer = SmallInstallers.plain(cluster, cluster.admin()).build();
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
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      SmallInstallers.plain(cluster, cluster.admin()).build().install();

      PreflightReport report =
          SmallInstallers.plain(cluster, cluster.admin())
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
          SmallInstallers.plain(cluster, cluster.user("nobody", "system:authenticated"))
              .build()
              .preflight();

      Check permissions = Scenes.check(report.checks(), "permissions");
      assertThat(permissions.status()).isEqualTo(CheckStatus.FAIL);
      assertThat(permissions.evidence())
          .contains(
              "list Namespace in the cluster",
              "create Deployment (apps) in namespace kruise-system");
      assertThat(permissions.remedy()).contains("requiredRole()");
      Check helpful = Scenes.check(report.checks(), "helpful-permissions");
      assertThat(helpful.status()).isEqualTo(CheckStatus.WARN);
      assertThat(Scenes.withoutText(report.checks())).isEmpty();
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

      PreflightReport report = SmallInstallers.plain(cluster, cluster.admin()).build().preflight();

      assertThat(Scenes.check(report.checks(), "permissions").status())
          .isEqualTo(CheckStatus.SKIPPED);
      assertThat(Scenes.check(report.checks(), "permissions").summary()).contains("not today");
    }
  }

  @Test
  void preflight_whenTheApiServerIsBusy_triesAgain() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      cluster.faults().add(FaultRule.when().every(3).times(2).then(Fault.Answer.unavailable(0)));

      PreflightReport report = SmallInstallers.plain(cluster, cluster.admin()).build().preflight();

      assertThat(report.passed()).as(report.render()).isTrue();
    }
  }

  @Test
  void dryRun_whenTheApiServerGivesOut_isSkippedRatherThanWrong() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      cluster.faults().add(FaultRule.when().verb("patch").then(Fault.Answer.unavailable(0)));

      PreflightReport report = SmallInstallers.plain(cluster, cluster.admin()).build().preflight();

      Check dryRun = Scenes.check(report.checks(), "dry-run");
      assertThat(dryRun.status()).as(report.render()).isEqualTo(CheckStatus.SKIPPED);
      assertThat(dryRun.summary()).contains("503");
    }
  }

  @Test
  void preflight_withoutARelease_saysThatItNeedsOne() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      OpenKruiseInstaller installer =
          SmallInstallers.withoutRelease(cluster, cluster.admin()).build();

      assertThatThrownBy(installer::preflight)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no release given");
    }
  }

  @Test
  void preflight_ofAnInvalidRelease_failsAsInstallingDoes() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      OpenKruiseInstaller installer =
          SmallInstallers.plain(cluster, cluster.admin())
              .release(ReleaseSource.manifests("{apiVersion: v1, kind: Service}", "nothing"))
              .build();

      assertThatThrownBy(installer::preflight)
          .isInstanceOfSatisfying(
              InstallException.class,
              e -> assertThat(e.failure().code()).isEqualTo(FailureCode.RELEASE_INVALID));
    }
  }

  private static Look look(Expected... expected) {
    return look(builder -> builder, expected);
  }

  private static Look look(
      UnaryOperator<OpenKruiseInstaller.Builder> options, Expected... expected) {
    return new Look(options, List.of(expected));
  }

  private static Expected pass(String id, String says) {
    return new Expected(id, CheckStatus.PASS, says);
  }

  private static Expected skipped(String id, String says) {
    return new Expected(id, CheckStatus.SKIPPED, says);
  }

  private static Expected warn(String id, String says) {
    return new Expected(id, CheckStatus.WARN, says);
  }

  private static Expected fail(String id, String says) {
    return new Expected(id, CheckStatus.FAIL, says);
  }

  private static void restricted(SimulatedCluster cluster) {
    Scenes.manager(
        cluster,
        "1.8.0",
        "{meta.helm.sh/release-name: kruise, meta.helm.sh/release-namespace: tools}");
    Scenes.relabel(cluster, Map.of("pod-security.kubernetes.io/enforce", "restricted"));
    Scenes.foreignWebhook(cluster, "slow.example.com", "pods", "failurePolicy: Ignore");
    docker(cluster, "v1.22.17");
    Scenes.node(
        cluster, "spec", Map.of("unschedulable", true, "providerID", "aws:///eu-west-1a/i-0"));
  }

  private static void docker(SimulatedCluster cluster, String kubelet) {
    Scenes.nodeStatus(
        cluster,
        "nodeInfo",
        Map.of("containerRuntimeVersion", "docker://24.0", "kubeletVersion", kubelet));
  }

  private static UnaryOperator<OpenKruiseInstaller.Builder> ofVersion(String version) {
    return builder ->
        builder.release(
            ReleaseSource.manifests(SmallRelease.yaml().replace("v1.8.3", version), version));
  }

  private static void full(SimulatedCluster cluster) {
    Scenes.manager(cluster, "1.10.0", "{}");
    quota(cluster, "{pods: \"0\"}");
    Scenes.nodeStatus(cluster, "nodeInfo", Map.of("containerRuntimeVersion", "containerd://1.5.9"));
    Scenes.node(
        cluster,
        "spec",
        Map.of(
            "taints",
            List.of(Map.of("key", "a", "effect", "NoSchedule")),
            "providerID",
            "gce://p/z/n"));
  }

  private static void limited(SimulatedCluster cluster) {
    Scenes.manager(cluster, "1.3.0", "{}");
    cluster
        .objects()
        .apply(
            "{apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: kruise-system},"
                + " spec: {limits: [{type: Container, max: {memory: 100Mi}}]}}");
    imageOnTheNode(cluster);
    Scenes.nodeStatus(cluster, "nodeInfo", Map.of("kubeletVersion", "v1.30.2+k3s1"));
    Scenes.node(cluster, "spec", Map.of("providerID", "azure:///x"));
    storedVersion(cluster);
  }

  private static void roomy(SimulatedCluster cluster) {
    Scenes.manager(cluster, "1.8.3", "{}");
    quota(cluster, "{requests.cpu: \"1\", pods: \"5\"}");
    fillTheNode(cluster);
    tunnel(cluster);
    cluster
        .objects()
        .apply(
            "{apiVersion: v1, kind: Secret, metadata: {name: pull, namespace: kruise-system},"
                + " stringData: {password: open-sesame}}");
    Scenes.foreignWebhook(
        cluster, "shop.example.com", "pods", "namespaceSelector: {matchLabels: {team: shop}}");
    Scenes.foreignWebhook(cluster, "jobs.example.com", "jobs.batch", "failurePolicy: Fail");
  }

  private static void deadWebhooks(SimulatedCluster cluster) {
    Scenes.namespace(cluster);
    Scenes.foreignWebhook(cluster, "pods.example.com", "pods", "failurePolicy: Fail");
    Scenes.foreignWebhook(
        cluster,
        "definitions.example.com",
        "customresourcedefinitions.apiextensions.k8s.io",
        "failurePolicy: Fail");
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
    Scenes.holdWhileDeleted(cluster);
  }

  private static void quota(SimulatedCluster cluster, String hard) {
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
    for (String document : SmallRelease.yaml().split("\n---\n", -1)) {
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
                Scenes.child(tree, "status").put("storedVersions", List.of("v1beta1", "v1gamma1")));
  }
}
