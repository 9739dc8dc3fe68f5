package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.customize.ResourceSpec;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.permission.ClusterRoles;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.testkit.ApiRefusal;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VerifyTest {
  private static final String ADMISSION = "admissionregistration.k8s.io/v1";
  private static final String MUTATING = "MutatingWebhookConfiguration";
  private static final String MUTATING_NAME = "kruise-mutating-webhook-configuration";
  private static final String DEFINITIONS = "apiextensions.k8s.io/v1";
  private static final String DEPLOYMENT = "kruise-controller-manager";

  /** How long controllers may take until the cluster is as the scene wants it. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * What is done to an installation, and what checks then say.
   *
   * @param name for people
   * @param scene does it
   * @param health the word
   * @param expected the checks
   */
  record Case(
      String name, Consumer<SimulatedCluster> scene, Health health, List<Expected> expected) {
    boolean isMetBy(HealthReport report) {
      return report.health() == health && expected.stream().allMatch(each -> each.isMetBy(report));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * What a check says.
   *
   * @param says part of it
   */
  record Expected(String id, CheckStatus status, String says) {
    boolean isMetBy(HealthReport report) {
      return report.checks().all().stream()
          .anyMatch(
              check ->
                  check.id().equals(id)
                      && check.status() == status
                      && Scenes.text(check).contains(says));
    }
  }

  static List<Case> cases() {
    return List.of(
        new Case(
            "what works, and not as it should",
            VerifyTest::loosen,
            Health.DEGRADED,
            List.of(
                warn("own-namespace-spared", "control-plane=openkruise"),
                warn("release-drift", "spec.replicas"),
                warn("release-drift", "failurePolicy"),
                warn("webhooks-template", "failurePolicy"),
                warn("daemon-rollout", "the daemon does not run everywhere"))),
        new Case(
            "a third replica that no node takes, and no daemon",
            VerifyTest::crowd,
            Health.DEGRADED,
            List.of(
                warn("manager-rollout", "Insufficient cpu"), warn("daemon-rollout", "not there"))),
        new Case(
            "scaled to zero, and its Secret emptied",
            VerifyTest::stopAndEmpty,
            Health.UNHEALTHY,
            List.of(
                fail("manager-rollout", "scaled to zero"),
                fail("webhook-service", "no ready endpoint"),
                fail("certificate-chain", "has no"),
                fail("webhook-pods", "mpod.kb.io"))),
        new Case(
            "manager, Service and Secret are deleted",
            VerifyTest::deleteAll,
            Health.UNHEALTHY,
            List.of(
                fail("manager-rollout", "no manager"),
                fail("webhook-service", "does not exist"),
                fail("certificate-chain", "does not exist"))),
        new Case(
            "the manager crashes",
            VerifyTest::crash,
            Health.UNHEALTHY,
            List.of(
                fail("manager-rollout", "panic: no such flag"),
                warn("manager-restarts", "exit code 1"))),
        new Case(
            "a configuration is deleted under the manager",
            cluster -> cluster.objects().delete(ADMISSION, MUTATING, "", MUTATING_NAME),
            Health.UNHEALTHY,
            List.of(
                fail("webhooks-armed", MUTATING_NAME),
                warn("manager-log", "configuration-missing"))),
        new Case(
            "a configuration is parked",
            cluster ->
                configuration(
                    cluster,
                    Map.of("template", "[]"),
                    tree -> tree.put("webhooks", new ArrayList<>())),
            Health.UNHEALTHY,
            List.of(fail("webhooks-armed", "intercepts nothing"))),
        new Case(
            "configurations and definitions that somebody has changed",
            VerifyTest::confuse,
            Health.UNHEALTHY,
            List.of(
                fail("webhooks-target", "Service kruise-system/elsewhere"),
                fail("webhooks-template", "not a list in JSON"),
                fail("webhook-denies", "an invalid CloneSet is accepted"),
                fail("conversion-webhooks", "kruise-system/elsewhere"),
                fail("definitions-established", "sidecarsets.apps.kruise.io does not exist"))),
        new Case(
            "the Service selects others",
            VerifyTest::misdirect,
            Health.UNHEALTHY,
            List.of(fail("webhook-service", "selects other Pods"))),
        new Case(
            "the API server cannot reach the manager",
            cluster -> cluster.closeConnectionsTo(Scenes.NAMESPACE),
            Health.UNHEALTHY,
            List.of(
                fail("webhook-pods", "mpod.kb.io"), fail("webhook-mutates", "mcloneset.kb.io"))),
        new Case(
            "the API server does not trust the manager",
            VerifyTest::distrust,
            Health.UNHEALTHY,
            List.of(
                fail("certificate-trust", "mpod.kb.io"), fail("certificate-served", "mpod.kb.io"))),
        new Case(
            "the namespace is gone",
            cluster -> cluster.objects().delete("v1", "Namespace", "", Scenes.NAMESPACE),
            Health.UNHEALTHY,
            List.of(fail("manager-namespace", "does not exist"))),
        new Case(
            "the namespace is being deleted",
            Scenes::holdWhileDeleted,
            Health.UNHEALTHY,
            List.of(fail("manager-namespace", "being deleted"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void checks_sayWhatTheInstallationIs(Case each) {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      OpenKruiseInstaller installer = SmallInstallers.plain(cluster, cluster.admin()).build();
      installer.install();
      each.scene().accept(cluster);

      HealthReport report = await(installer, each::isMetBy);

      for (Expected expected : each.expected()) {
        assertThat(expected.isMetBy(report)).as("%s%n%s", expected, report.render()).isTrue();
      }
      assertThat(report.health()).as(report.render()).isEqualTo(each.health());
      assertThat(report.reasons()).isNotEmpty();
    }
  }

  @Test
  void verify_afterAnInstallation_isHealthyWithEveryCheckMade() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      OpenKruiseInstaller installer = SmallInstallers.plain(cluster, cluster.admin()).build();
      installer.install();
      cluster.requests().clear();

      HealthReport report = await(installer, now -> now.health() == Health.HEALTHY);

      assertThat(report.health()).as(report.render()).isEqualTo(Health.HEALTHY);
      assertThat(report.reasons()).isEmpty();
      assertThat(report.version()).isEqualTo("1.8.3");
      assertThat(Scenes.withoutText(report.checks())).isEmpty();
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
  void verify_whenTheNodeOfOneReplicaCannotBeReached_reportsAllTheSame() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      OpenKruiseInstaller installer = SmallInstallers.plain(cluster, cluster.admin()).build();
      installer.install();
      await(installer, now -> now.health() == Health.HEALTHY);
      String silent = pods(cluster, DEPLOYMENT).get(0);
      Scenes.silence(cluster, silent);

      HealthReport report = installer.verify();

      assertThat(report.health()).as(report.render()).isEqualTo(Health.HEALTHY);
      Check log = Scenes.check(report.checks(), "manager-log");
      assertThat(log.status()).isEqualTo(CheckStatus.PASS);
      assertThat(log.evidence())
          .anyMatch(line -> line.contains(silent) && line.contains("cannot be looked at"));
    }
  }

  @Test
  void verify_ofAReleaseThatIgnoresFailures_isHealthy() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      OpenKruiseInstaller installer = ofIgnoredFailures(cluster);
      installer.install();

      HealthReport report = await(installer, now -> now.health() == Health.HEALTHY);

      assertThat(report.health()).as(report.render()).isEqualTo(Health.HEALTHY);
      assertThat(Scenes.check(report.checks(), "webhooks-armed").status())
          .isEqualTo(CheckStatus.PASS);
    }
  }

  @Test
  void verify_ofAReleaseThatIgnoresFailures_doesNotMissTheLabelOfTheNamespace() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      OpenKruiseInstaller installer = ofIgnoredFailures(cluster);
      installer.install();
      Scenes.relabel(cluster, Map.of());

      HealthReport report = installer.verify();

      assertThat(Scenes.check(report.checks(), "own-namespace-spared").status())
          .as(report.render())
          .isEqualTo(CheckStatus.PASS);
    }
  }

  @Test
  void verify_whenARunEndedBeforeItsLastStep_saysThatItIsOnProbation() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      OpenKruiseInstaller installer = SmallInstallers.plain(cluster, cluster.admin()).build();
      installer.install();
      disown(cluster);
      configuration(
          cluster,
          Map.of("kruise-installer.github.io/armed-webhooks", "[{\"name\":\"mpod.kb.io\"}]"),
          tree -> webhooks(tree).forEach(each -> each.put("failurePolicy", "Ignore")));

      HealthReport report = installer.verify();

      Check armed = Scenes.check(report.checks(), "webhooks-armed");
      assertThat(armed.status()).as(report.render()).isEqualTo(CheckStatus.WARN);
      assertThat(armed.summary()).contains("on probation");
    }
  }

  private static OpenKruiseInstaller ofIgnoredFailures(SimulatedCluster cluster) {
    return SmallInstallers.plain(cluster, cluster.admin())
        .customize(ignoring("MutatingWebhookConfiguration"))
        .customize(ignoring("ValidatingWebhookConfiguration"))
        .build();
  }

  private static Customizer ignoring(String kind) {
    String name =
        kind.startsWith("Mutating") ? MUTATING_NAME : "kruise-validating-webhook-configuration";
    return Customizer.manifest(
        kind,
        name,
        configuration ->
            Manifest.parseJson(configuration.toJson().replace("\"Fail\"", "\"Ignore\"")));
  }

  @Test
  void drift_ofAManagerThatSomebodyScaled_isThatAlone() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      OpenKruiseInstaller installer = SmallInstallers.plain(cluster, cluster.admin()).build();
      installer.install();
      replicas(cluster, 3);

      HealthReport report = await(installer, now -> now.health() == Health.DEGRADED);

      Check drift = Scenes.check(report.checks(), "release-drift");
      assertThat(drift.status()).as(report.render()).isEqualTo(CheckStatus.WARN);
      assertThat(drift.evidence())
          .containsExactly("Deployment kruise-system/kruise-controller-manager: spec.replicas");
    }
  }

  @Test
  void drift_whenNobodyAnswers_isNoneOfTheWebhooks() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      OpenKruiseInstaller installer = SmallInstallers.plain(cluster, cluster.admin()).build();
      installer.install();
      cluster.objects().delete("v1", "Service", Scenes.NAMESPACE, "kruise-webhook-service");

      HealthReport report = await(installer, now -> now.health() == Health.UNHEALTHY);

      assertThat(Scenes.check(report.checks(), "release-drift").evidence())
          .as(report.render())
          .containsExactly("Service kruise-system/kruise-webhook-service does not exist");
    }
  }

  @Test
  void drift_fromANewerRelease_isNoStepOfTheWayToIt() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      SmallInstallers.plain(cluster, cluster.admin()).build().install();
      OpenKruiseInstaller newer =
          SmallInstallers.plain(cluster, cluster.admin())
              .customize(Customizer.resources(ResourceSpec.none().request("memory", "77Mi")))
              .build();

      HealthReport report = await(newer, now -> now.health() == Health.DEGRADED);

      assertThat(newer.plan().stages()).extracting(PlannedStage::stage).contains(Stage.CUT_OVER);
      assertThat(Scenes.check(report.checks(), "release-drift").evidence())
          .as(report.render())
          .singleElement()
          .asString()
          .startsWith("Deployment kruise-system/kruise-controller-manager: ")
          .contains("resources")
          .doesNotContain("minReadySeconds");
    }
  }

  @Test
  void verify_whenAWebhookOfOthersKeepsTheAnswer_doesNotKnow() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      OpenKruiseInstaller installer = SmallInstallers.plain(cluster, cluster.admin()).build();
      installer.install();
      await(installer, now -> now.health() == Health.HEALTHY);
      Scenes.silentWebhook(cluster, "slow", "failurePolicy: Ignore, timeoutSeconds: 10");

      HealthReport report = await(installer, now -> now.health() == Health.UNKNOWN);

      assertThat(report.health()).as(report.render()).isEqualTo(Health.UNKNOWN);
      Check pods = Scenes.check(report.checks(), "webhook-pods");
      assertThat(pods.status()).isEqualTo(CheckStatus.SKIPPED);
      assertThat(pods.summary())
          .isEqualTo(
              "a plain Pod gets no answer within 5 s, which webhooks of others may account for:"
                  + " [slow.vendor.example]");
      assertThat(Scenes.check(report.checks(), "webhook-mutates").status())
          .isEqualTo(CheckStatus.PASS);
    }
  }

  @Test
  void verify_whenAFirewallDropsTheCalls_saysThatThereIsNoAnswer() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      OpenKruiseInstaller installer = SmallInstallers.plain(cluster, cluster.admin()).build();
      installer.install();
      cluster.dropPacketsTo(Scenes.NAMESPACE);

      HealthReport report = await(installer, now -> now.health() == Health.UNHEALTHY);

      assertThat(report.health()).as(report.render()).isEqualTo(Health.UNHEALTHY);
      assertThat(report.reasons())
          .contains(
              "a plain Pod gets no answer within 5 s",
              "a valid CloneSet gets no answer within 5 s");
    }
  }

  @Test
  void verify_ofWhatKubectlInstalled_needsNoRelease() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      cluster.objects().apply(SmallRelease.yaml());
      OpenKruiseInstaller installer =
          SmallInstallers.withoutRelease(cluster, cluster.admin()).build();

      HealthReport report =
          await(
              installer,
              now ->
                  now.checks().passed()
                      && Scenes.check(now.checks(), "manager-rollout").status()
                          == CheckStatus.PASS);

      assertThat(report.checks().passed()).as(report.render()).isTrue();
      // In this order the manager may have to start several times, which is told of for a while.
      assertThat(report.checks().with(CheckStatus.WARN))
          .extracting(Check::id)
          .isSubsetOf("manager-restarts", "manager-log");
      assertThat(Scenes.check(report.checks(), "release-drift").status())
          .isEqualTo(CheckStatus.SKIPPED);
    }
  }

  @Test
  void verify_ofAnEmptyCluster_saysThatThereIsNoInstallation() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      HealthReport report = SmallInstallers.plain(cluster, cluster.admin()).build().verify();

      assertThat(report.health()).isEqualTo(Health.NOT_INSTALLED);
      assertThat(report.version()).isEqualTo("unknown");
      assertThat(Scenes.withoutText(report.checks())).isEmpty();
      assertThat(Scenes.ids(report.checks())).containsExactly("installed");
    }
  }

  @Test
  void verify_byOneWhoMayNothing_isUnknownRatherThanWrong() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      SmallInstallers.plain(cluster, cluster.admin()).build().install();

      HealthReport report =
          SmallInstallers.plain(cluster, cluster.user("nobody", "system:authenticated"))
              .build()
              .verify();

      assertThat(report.health()).as(report.render()).isEqualTo(Health.UNKNOWN);
      assertThat(report.reasons()).anyMatch(reason -> reason.contains("cannot be looked at"));
      assertThat(report.checks().all())
          .as(report.render())
          .allMatch(check -> check.status() == CheckStatus.SKIPPED);
    }
  }

  @Test
  void verify_underTheLookingRole_seesEverything() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      SmallInstallers.plain(cluster, cluster.admin()).build().install();
      ClusterUser looking =
          Scenes.user(cluster, "looking", ClusterRoles.yaml(ClusterRoles.looking()));
      OpenKruiseInstaller installer = SmallInstallers.withoutRelease(cluster, looking).build();

      HealthReport report = await(installer, now -> now.health() == Health.HEALTHY);

      assertThat(report.checks().with(CheckStatus.SKIPPED))
          .as(report.render())
          .extracting(Check::id)
          .containsExactly("release-drift");
      assertThat(report.health()).isEqualTo(Health.HEALTHY);
      assertThat(installer.diagnose().unseen()).isEmpty();
    }
  }

  private static HealthReport await(
      OpenKruiseInstaller installer, Predicate<HealthReport> satisfied) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    HealthReport report = installer.verify();
    while (!satisfied.test(report) && System.nanoTime() < end) {
      report = installer.verify();
    }
    return report;
  }

  private static Expected warn(String id, String says) {
    return new Expected(id, CheckStatus.WARN, says);
  }

  private static Expected fail(String id, String says) {
    return new Expected(id, CheckStatus.FAIL, says);
  }

  private static void loosen(SimulatedCluster cluster) {
    disown(cluster);
    Scenes.relabel(cluster, Map.of());
    replicas(cluster, 3);
    configuration(
        cluster,
        Map.of(),
        tree -> webhooks(tree).forEach(each -> each.put("failurePolicy", "Ignore")));
    cluster.workloads().daemonCrashes("no socket");
    deletePods(cluster, "kruise-daemon");
  }

  private static void crowd(SimulatedCluster cluster) {
    cluster.workloads().unschedulable(Scenes.NAMESPACE, "1 Insufficient cpu");
    replicas(cluster, 3);
    cluster.objects().delete("apps/v1", "DaemonSet", Scenes.NAMESPACE, "kruise-daemon");
  }

  private static void stopAndEmpty(SimulatedCluster cluster) {
    replicas(cluster, 0);
    awaitNoManager(cluster);
    cluster
        .objects()
        .edit(
            "v1", "Secret", Scenes.NAMESPACE, "kruise-webhook-certs", tree -> tree.remove("data"));
  }

  private static void deleteAll(SimulatedCluster cluster) {
    cluster.objects().delete("apps/v1", "Deployment", Scenes.NAMESPACE, DEPLOYMENT);
    awaitNoManager(cluster);
    cluster.objects().delete("v1", "Service", Scenes.NAMESPACE, "kruise-webhook-service");
    cluster.objects().delete("v1", "Secret", Scenes.NAMESPACE, "kruise-webhook-certs");
  }

  private static void confuse(SimulatedCluster cluster) {
    disown(cluster);
    configuration(
        cluster,
        Map.of("template", "{"),
        tree ->
            Scenes.child(Scenes.child(webhooks(tree).get(2), "clientConfig"), "service")
                .put("name", "elsewhere"));
    cluster
        .objects()
        .edit(
            ADMISSION,
            "ValidatingWebhookConfiguration",
            "",
            "kruise-validating-webhook-configuration",
            tree -> {
              Map<String, Object> never = Map.of("matchLabels", Map.of("never", "so"));
              webhooks(tree).forEach(each -> each.put("objectSelector", never));
            });
    cluster
        .objects()
        .edit(
            DEFINITIONS,
            "CustomResourceDefinition",
            "",
            "statefulsets.apps.kruise.io",
            tree -> {
              Map<String, Object> webhook =
                  Scenes.child(Scenes.child(Scenes.child(tree, "spec"), "conversion"), "webhook");
              Scenes.child(Scenes.child(webhook, "clientConfig"), "service")
                  .put("name", "elsewhere");
            });
    cluster
        .objects()
        .delete(DEFINITIONS, "CustomResourceDefinition", "", "sidecarsets.apps.kruise.io");
  }

  private static void misdirect(SimulatedCluster cluster) {
    cluster
        .objects()
        .edit(
            "v1",
            "Service",
            Scenes.NAMESPACE,
            "kruise-webhook-service",
            tree -> Scenes.child(tree, "spec").put("selector", Map.of("app", "other")));
  }

  private static void awaitNoManager(SimulatedCluster cluster) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!pods(cluster, DEPLOYMENT).isEmpty() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static List<String> pods(SimulatedCluster cluster, String prefix) {
    return cluster.objects().list("v1", "Pod", Scenes.NAMESPACE).stream()
        .map(pod -> String.valueOf(Scenes.child(pod, "metadata").get("name")))
        .filter(name -> name.startsWith(prefix))
        .toList();
  }

  private static void deletePods(SimulatedCluster cluster, String prefix) {
    for (String name : pods(cluster, prefix)) {
      try {
        cluster.objects().delete("v1", "Pod", Scenes.NAMESPACE, name);
      } catch (ApiRefusal e) {
        // A controller that changes what runs may have been faster.
        assertThat(e.status()).isEqualTo(404);
      }
    }
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
    deletePods(cluster, "kruise-");
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
    try (InputStream in = VerifyTest.class.getResourceAsStream("/certificates/other-ca.pem")) {
      return Base64.getEncoder().encodeToString(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on the manager may not put its configurations and definitions right again. */
  private static void disown(SimulatedCluster cluster) {
    cluster
        .objects()
        .edit(
            "rbac.authorization.k8s.io/v1",
            "ClusterRole",
            "",
            "kruise-manager-role",
            tree ->
                list(tree, "rules").stream()
                    .filter(
                        rule ->
                            rule.get("apiGroups").toString().contains("admissionregistration")
                                || rule.get("apiGroups").toString().contains("apiextensions"))
                    .forEach(rule -> rule.put("verbs", List.of("get", "list", "watch"))));
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

  private static List<Map<String, Object>> webhooks(Map<String, Object> tree) {
    return list(tree, "webhooks");
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Map<String, Object> tree, String key) {
    return (List<Map<String, Object>>) tree.get(key);
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
