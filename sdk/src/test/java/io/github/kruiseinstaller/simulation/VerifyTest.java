package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VerifyTest {
  private static final String ADMISSION = "admissionregistration.k8s.io/v1";
  private static final String MUTATING = "MutatingWebhookConfiguration";
  private static final String MUTATING_NAME = "kruise-mutating-webhook-configuration";
  private static final String DEPLOYMENT = "kruise-controller-manager";

  /** How long controllers may take until the cluster is as the scene wants it. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * What is done to an installation, and what a check then says.
   *
   * @param name for people
   * @param scene does it
   * @param id of the check
   * @param status what it ends with
   * @param says part of what it says
   * @param health the word
   */
  record Case(
      String name,
      Consumer<SimulatedCluster> scene,
      String id,
      CheckStatus status,
      String says,
      Health health) {
    @Override
    public String toString() {
      return id + " " + status.id() + ": " + name;
    }
  }

  static List<Case> cases() {
    return List.of(
        unhealthy("scaled to zero", c -> replicas(c, 0), "manager-rollout", "scaled to zero"),
        degraded(
            "a third replica that no node takes",
            c -> {
              c.workloads().unschedulable(Scenes.NAMESPACE, "1 Insufficient cpu");
              replicas(c, 3);
            },
            "manager-rollout",
            "Insufficient cpu"),
        unhealthy(
            "the manager is deleted",
            c -> c.objects().delete("apps/v1", "Deployment", Scenes.NAMESPACE, DEPLOYMENT),
            "manager-rollout",
            "no manager"),
        unhealthy(
            "the manager crashes",
            VerifyTest::crash,
            "manager-rollout",
            "panic: no such flag"),
        new Case(
            "the manager crashes",
            VerifyTest::crash,
            "manager-restarts",
            CheckStatus.WARN,
            "exit code 1",
            Health.UNHEALTHY),
        new Case(
            "a configuration is deleted under the manager",
            VerifyTest::deleteConfiguration,
            "manager-log",
            CheckStatus.WARN,
            "configuration-missing",
            Health.UNHEALTHY),
        unhealthy(
            "a configuration is deleted",
            VerifyTest::deleteConfiguration,
            "webhooks-armed",
            MUTATING_NAME),
        unhealthy(
            "a configuration is parked",
            c ->
                configuration(
                    c, Map.of("template", "[]"), tree -> tree.put("webhooks", new ArrayList<>())),
            "webhooks-armed",
            "intercepts nothing"),
        degraded(
            "a configuration is on probation",
            c ->
                configuration(
                    c,
                    Map.of("template", ""),
                    tree -> webhooks(tree).forEach(each -> each.put("failurePolicy", "Ignore"))),
            "webhooks-armed",
            "on probation"),
        unhealthy(
            "a configuration points elsewhere",
            c -> {
              disown(c);
              configuration(
                  c,
                  Map.of("template", ""),
                  tree ->
                      Scenes.child(Scenes.child(webhooks(tree).get(1), "clientConfig"), "service")
                          .put("name", "elsewhere"));
            },
            "webhooks-target",
            "Service kruise-system/elsewhere"),
        degraded(
            "a stale list in the annotation",
            c -> {
              disown(c);
              configuration(
                  c,
                  Map.of(
                      "template",
                      "[{\"name\":\"mpod.kb.io\",\"timeoutSeconds\":5,\"clientConfig\":"
                          + "{\"service\":{\"path\":\"/mutate-pod\"}}}]"),
                  tree -> {});
            },
            "webhooks-template",
            "mpod.kb.io"),
        unhealthy(
            "an annotation that is no list",
            c -> {
              disown(c);
              configuration(c, Map.of("template", "{"), tree -> {});
            },
            "webhooks-template",
            "not a list in JSON"),
        unhealthy(
            "the Service is deleted",
            c -> c.objects().delete("v1", "Service", Scenes.NAMESPACE, "kruise-webhook-service"),
            "webhook-service",
            "does not exist"),
        unhealthy(
            "the Service selects others",
            c ->
                c.objects()
                    .edit(
                        "v1",
                        "Service",
                        Scenes.NAMESPACE,
                        "kruise-webhook-service",
                        tree ->
                            Scenes.child(tree, "spec").put("selector", Map.of("app", "other"))),
            "webhook-service",
            "selects other Pods"),
        unhealthy("nobody is Ready", c -> replicas(c, 0), "webhook-service", "no ready endpoint"),
        unhealthy(
            "the Secret is deleted, and nobody makes it anew",
            c -> {
              replicas(c, 0);
              c.objects().delete("v1", "Secret", Scenes.NAMESPACE, "kruise-webhook-certs");
            },
            "certificate-chain",
            "does not exist"),
        unhealthy(
            "the Secret is emptied, and nobody fills it",
            c -> {
              replicas(c, 0);
              c.objects()
                  .edit(
                      "v1",
                      "Secret",
                      Scenes.NAMESPACE,
                      "kruise-webhook-certs",
                      tree -> tree.remove("data"));
            },
            "certificate-chain",
            "has no"),
        unhealthy(
            "a configuration trusts another CA",
            VerifyTest::distrust,
            "certificate-trust",
            "mpod.kb.io"),
        unhealthy(
            "the API server cannot reach the manager",
            c -> c.closeConnectionsTo(Scenes.NAMESPACE),
            "webhook-pods",
            "mpod.kb.io"),
        unhealthy(
            "the API server cannot reach the manager",
            c -> c.closeConnectionsTo(Scenes.NAMESPACE),
            "webhook-mutates",
            "mcloneset.kb.io"),
        unhealthy(
            "the validating webhooks are switched off for CloneSets",
            c -> {
              disown(c);
              c.objects()
                  .edit(
                      ADMISSION,
                      "ValidatingWebhookConfiguration",
                      "",
                      "kruise-validating-webhook-configuration",
                      tree ->
                          webhooks(tree)
                              .forEach(
                                  each ->
                                      each.put(
                                          "objectSelector",
                                          Map.of("matchLabels", Map.of("never", "so")))));
            },
            "webhook-denies",
            "an invalid CloneSet is accepted"),
        degraded(
            "the namespace loses its label",
            c ->
                c.objects()
                    .edit(
                        "v1",
                        "Namespace",
                        "",
                        Scenes.NAMESPACE,
                        tree ->
                            Scenes.child(Scenes.child(tree, "metadata"), "labels")
                                .remove("control-plane")),
            "own-namespace-spared",
            "control-plane=openkruise"),
        unhealthy(
            "the namespace is gone",
            c -> c.objects().delete("v1", "Namespace", "", Scenes.NAMESPACE),
            "manager-namespace",
            ""),
        unhealthy(
            "the namespace is being deleted",
            c -> {
              c.objects()
                  .apply(
                      "{apiVersion: v1, kind: ConfigMap, metadata: {name: held, namespace:"
                          + " kruise-system, finalizers: [example.com/held]}}");
              c.objects().delete("v1", "Namespace", "", Scenes.NAMESPACE);
            },
            "manager-namespace",
            "being deleted"),
        unhealthy(
            "a definition is deleted",
            c ->
                c.objects()
                    .delete(
                        "apiextensions.k8s.io/v1",
                        "CustomResourceDefinition",
                        "",
                        "sidecarsets.apps.kruise.io"),
            "definitions-established",
            "sidecarsets.apps.kruise.io does not exist"),
        unhealthy(
            "a conversion webhook points elsewhere",
            c -> {
              disown(c);
              c.objects()
                  .edit(
                      "apiextensions.k8s.io/v1",
                      "CustomResourceDefinition",
                      "",
                      "statefulsets.apps.kruise.io",
                      tree ->
                          Scenes.child(
                                  Scenes.child(
                                      Scenes.child(
                                          Scenes.child(Scenes.child(tree, "spec"), "conversion"),
                                          "webhook"),
                                      "clientConfig"),
                                  "service")
                              .put("name", "elsewhere"));
            },
            "conversion-webhooks",
            "kruise-system/elsewhere"),
        degraded(
            "somebody scales the manager up",
            c -> replicas(c, 3),
            "release-drift",
            "spec.replicas"),
        degraded(
            "the daemon crashes",
            c -> {
              c.workloads().daemonCrashes("no socket");
              c.objects()
                  .list("v1", "Pod", Scenes.NAMESPACE)
                  .forEach(
                      pod -> {
                        String name = String.valueOf(Scenes.child(pod, "metadata").get("name"));
                        if (name.startsWith("kruise-daemon")) {
                          c.objects().delete("v1", "Pod", Scenes.NAMESPACE, name);
                        }
                      });
            },
            "daemon-rollout",
            "the daemon does not run everywhere"),
        new Case(
            "the daemon is deleted",
            c -> c.objects().delete("apps/v1", "DaemonSet", Scenes.NAMESPACE, "kruise-daemon"),
            "daemon-rollout",
            CheckStatus.WARN,
            "not there",
            Health.DEGRADED));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void check_saysWhatTheInstallationIs(Case each) {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(50).start()) {
      OpenKruiseInstaller installer = SmallInstallers.of(cluster.admin()).build();
      installer.install();
      each.scene().accept(cluster);

      HealthReport report =
          await(
              installer,
              now ->
                  now.health() == each.health()
                      && now.checks().all().stream()
                          .anyMatch(
                              check ->
                                  check.id().equals(each.id())
                                      && check.status() == each.status()
                                      && Scenes.text(check).contains(each.says())));

      Check check = Scenes.check(report.checks(), each.id());
      assertThat(check.status()).as(report.render()).isEqualTo(each.status());
      assertThat(Scenes.text(check)).contains(each.says());
      assertThat(report.health()).as(report.render()).isEqualTo(each.health());
      assertThat(report.reasons()).isNotEmpty();
    }
  }

  @Test
  void verify_afterAnInstallation_isHealthyWithEveryCheckMade() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(50).start()) {
      OpenKruiseInstaller installer = SmallInstallers.of(cluster.admin()).build();
      installer.install();
      cluster.requests().clear();

      HealthReport report = await(installer, now -> now.health() == Health.HEALTHY);

      assertThat(report.health()).as(report.render()).isEqualTo(Health.HEALTHY);
      assertThat(report.reasons()).isEmpty();
      assertThat(report.version()).isEqualTo("1.8.3");
      assertThat(report.namespace()).isEqualTo(Scenes.NAMESPACE);
      assertThat(report.checks().all())
          .as(report.render())
          .allMatch(check -> check.status() == CheckStatus.PASS);
      assertThat(Scenes.ids(report.checks())).doesNotHaveDuplicates();
      PreflightTest.writesNothing(cluster);
      assertThat(report.toJson()).doesNotContain(secret(cluster));
      assertThat(report.render()).doesNotContain(secret(cluster));
    }
  }

  @Test
  void verify_ofWhatKubectlInstalled_needsNoRelease() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(50).start()) {
      cluster.objects().apply(SmallRelease.yaml());
      OpenKruiseInstaller installer =
          OpenKruiseInstaller.builder().kubeconfig(cluster.kubeconfigFile()).build();

      HealthReport report = await(installer, now -> now.health() == Health.HEALTHY);

      assertThat(report.health()).as(report.render()).isEqualTo(Health.HEALTHY);
      assertThat(Scenes.check(report.checks(), "release-drift").status())
          .isEqualTo(CheckStatus.SKIPPED);
    }
  }

  @Test
  void verify_ofAnEmptyCluster_saysThatThereIsNoInstallation() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      HealthReport report = SmallInstallers.of(cluster.admin()).build().verify();

      assertThat(report.health()).isEqualTo(Health.NOT_INSTALLED);
      assertThat(report.version()).isEqualTo("unknown");
      assertThat(Scenes.ids(report.checks())).containsExactly("installed");
    }
  }

  @Test
  void verify_byOneWhoMayNothing_isUnknownRatherThanWrong() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(50).start()) {
      SmallInstallers.of(cluster.admin()).build().install();

      HealthReport report =
          SmallInstallers.of(cluster.user("nobody", "system:authenticated")).build().verify();

      assertThat(report.health()).as(report.render()).isEqualTo(Health.UNKNOWN);
      assertThat(report.reasons()).anyMatch(reason -> reason.contains("cannot be looked at"));
      assertThat(report.checks().all())
          .as(report.render())
          .allMatch(check -> check.status() == CheckStatus.SKIPPED);
    }
  }

  @Test
  void certificateServed_whenTheManagerServesAnotherOne_isTheApiServersWord() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(50).start()) {
      OpenKruiseInstaller installer = SmallInstallers.of(cluster.admin()).build();
      installer.install();
      distrust(cluster);

      HealthReport report =
          await(
              installer,
              now ->
                  Scenes.check(now.checks(), "certificate-served").status() == CheckStatus.FAIL);

      Check served = Scenes.check(report.checks(), "certificate-served");
      assertThat(served.status()).as(report.render()).isEqualTo(CheckStatus.FAIL);
      assertThat(served.evidence().get(0)).contains("mpod.kb.io");
    }
  }

  private static HealthReport await(
      OpenKruiseInstaller installer, java.util.function.Predicate<HealthReport> satisfied) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    HealthReport report = installer.verify();
    while (!satisfied.test(report) && System.nanoTime() < end) {
      report = installer.verify();
    }
    return report;
  }

  private static Case unhealthy(
      String name, Consumer<SimulatedCluster> scene, String id, String says) {
    return new Case(name, scene, id, CheckStatus.FAIL, says, Health.UNHEALTHY);
  }

  private static Case degraded(
      String name, Consumer<SimulatedCluster> scene, String id, String says) {
    return new Case(name, scene, id, CheckStatus.WARN, says, Health.DEGRADED);
  }

  private static void replicas(SimulatedCluster cluster, int replicas) {
    cluster
        .objects()
        .edit(
            "apps/v1",
            "Deployment",
            Scenes.NAMESPACE,
            DEPLOYMENT,
            tree -> Scenes.child(tree, "spec").put("replicas", replicas));
  }

  private static void crash(SimulatedCluster cluster) {
    cluster.workloads().crash("*kruise-manager:*", 1, "panic: no such flag");
    cluster
        .objects()
        .list("v1", "Pod", Scenes.NAMESPACE)
        .forEach(
            pod ->
                cluster
                    .objects()
                    .delete(
                        "v1",
                        "Pod",
                        Scenes.NAMESPACE,
                        String.valueOf(Scenes.child(pod, "metadata").get("name"))));
  }

  private static void deleteConfiguration(SimulatedCluster cluster) {
    cluster.objects().delete(ADMISSION, MUTATING, "", MUTATING_NAME);
  }

  private static void distrust(SimulatedCluster cluster) {
    disown(cluster);
    String other = otherAuthority();
    configuration(
        cluster,
        Map.of(),
        tree ->
            webhooks(tree)
                .forEach(each -> Scenes.child(each, "clientConfig").put("caBundle", other)));
  }

  /** A CA that has signed nothing here. */
  private static String otherAuthority() {
    try (java.io.InputStream in =
        VerifyTest.class.getResourceAsStream("/certificates/other-ca.pem")) {
      return Base64.getEncoder().encodeToString(in.readAllBytes());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** From now on the manager may not put its configurations and definitions right again. */
  private static void disown(SimulatedCluster cluster) {
    cluster
        .objects()
        .delete(
            "rbac.authorization.k8s.io/v1",
            "ClusterRoleBinding",
            "",
            "kruise-manager-rolebinding");
  }

  private static void configuration(
      SimulatedCluster cluster,
      Map<String, String> annotations,
      Consumer<Map<String, Object>> change) {
    cluster
        .objects()
        .edit(
            ADMISSION,
            MUTATING,
            "",
            MUTATING_NAME,
            tree -> {
              Scenes.child(Scenes.child(tree, "metadata"), "annotations").putAll(annotations);
              change.accept(tree);
            });
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> webhooks(Map<String, Object> tree) {
    return (List<Map<String, Object>>) tree.get("webhooks");
  }

  private static String secret(SimulatedCluster cluster) {
    Map<String, Object> secret =
        cluster
            .objects()
            .get("v1", "Secret", Scenes.NAMESPACE, "kruise-webhook-certs")
            .orElseThrow();
    return String.valueOf(Scenes.child(secret, "data").get("key.pem"));
  }
}
