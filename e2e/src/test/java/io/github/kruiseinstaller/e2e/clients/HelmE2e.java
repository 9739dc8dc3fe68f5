package io.github.kruiseinstaller.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.e2e.Bystander;
import io.github.kruiseinstaller.e2e.BystanderReport;
import io.github.kruiseinstaller.e2e.KubeApi;
import io.github.kruiseinstaller.e2e.PodVerb;
import io.github.kruiseinstaller.e2e.Subprocess;
import io.github.kruiseinstaller.testkit.Pace;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real helm with the official charts works with a simulated cluster, and does its harm. */
@Timeout(300)
class HelmE2e {
  private static final String CONFLICT =
      "conflict with \"kruise-manager\" using admissionregistration.k8s.io/v1:"
          + " .metadata.annotations.template";

  /** Enough not to wait for minReadySeconds, and slow enough for the time-outs of webhooks. */
  private static final double SPEED = 5;

  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final String DEFINITIONS = "apiextensions.k8s.io/v1";
  private static final String UNLABELLED =
      "{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system}}";
  private static final String NO_PODS_YET =
      """
      apiVersion: v1
      kind: ResourceQuota
      metadata: {name: no-pods-yet, namespace: kruise-system}
      spec: {hard: {pods: "0"}}
      """;
  private static final String CLONE_SET =
      """
      apiVersion: apps.kruise.io/v1alpha1
      kind: CloneSet
      metadata: {name: web, namespace: default}
      spec:
        replicas: 0
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers:
            - {name: main, image: "web:1"}
      """;

  @TempDir Path folder;

  private static Subprocess install(Clients clients, String version, String... more)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("install", "kruise"));
    arguments.add(Clients.chart("kruise-" + version + ".tgz").toString());
    arguments.addAll(List.of(more));
    return clients.helm(arguments.toArray(String[]::new));
  }

  @Test
  void uninstall_ofARelease_waitsForItsHookWhichRefusesWhileThereAreCloneSets() throws Exception {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(SPEED).start()) {
      Clients clients = new Clients(cluster, folder);
      installs(cluster, clients, "1.8.3");

      Subprocess refused = uninstall(clients);
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains("kruise-finalizer", "Failed");

      cluster.objects().delete("apps.kruise.io/v1alpha1", "CloneSet", "default", "web");
      uninstalls(cluster, clients);
    }
  }

  @Test
  void uninstall_ofAReleaseWithoutHook_takesTheCloneSetsWithIt() throws Exception {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(SPEED).start()) {
      Clients clients = new Clients(cluster, folder);
      installs(cluster, clients, "1.5.5");

      uninstalls(cluster, clients);
    }
  }

  private static void installs(SimulatedCluster cluster, Clients clients, String version)
      throws Exception {
    install(clients, version, "--wait", "--timeout", "60s").orThrow("helm install");

    assertThat(clients.helm("list").out()).contains("deployed", "kruise-" + version);
    assertThat(clients.helm("status", "kruise").out()).contains("STATUS: deployed");
    assertThat(clients.helm("get", "manifest", "kruise").out()).contains("kind: Deployment");
    assertThat(cluster.bystander("bystander").refusals()).isEmpty();
    cluster.objects().apply(CLONE_SET);
  }

  private static void uninstalls(SimulatedCluster cluster, Clients clients) throws Exception {
    uninstall(clients).orThrow("helm uninstall");

    // Helm does not wait until definitions, and what is of their kinds, are gone.
    while (!cluster.objects().list(DEFINITIONS, "CustomResourceDefinition", "").isEmpty()) {
      Thread.sleep(PAUSE.toMillis());
    }
    assertThat(clients.kubectl("get", "ns", "kruise-system").err()).contains("NotFound");
  }

  @Test
  void upgrade_meetsWhatTheManagerOwns() throws Exception {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(SPEED).start()) {
      Clients clients = new Clients(cluster, folder);
      install(clients, "1.7.5", "--wait", "--timeout", "60s").orThrow("helm install");

      Subprocess upgrade =
          clients.helm(
              "upgrade",
              "kruise",
              Clients.chart("kruise-1.8.3.tgz").toString(),
              "--wait",
              "--timeout",
              "60s");

      assertThat(upgrade.exitCode()).isEqualTo(1);
      assertThat(upgrade.err())
          .contains("UPGRADE FAILED")
          .contains("/kruise-mutating-webhook-configuration", CONFLICT)
          .contains("/kruise-validating-webhook-configuration");
      assertThat(clients.helm("list").out()).contains("failed");
    }
  }

  @Test
  void install_refusesABystandersPodsUntilTheManagerIsReady() throws Exception {
    try (SimulatedCluster cluster =
            SimulatedCluster.builder().pace(Pace.REALISTIC).speed(2).start();
        KubeApi api = KubeApi.open(cluster.kubeconfigFile());
        Bystander bystander = Bystander.start(api, "bystander")) {
      Clients clients = new Clients(cluster, folder);

      install(clients, "1.8.3", "--wait", "--timeout", "100s").orThrow("helm install");
      long after = bystander.moment();
      while (bystander.reportSince(after).requests() < 50) {
        Thread.sleep(PAUSE.toMillis());
      }

      BystanderReport report = bystander.stop();
      assertThat(report.outage()).isGreaterThan(Duration.ofSeconds(1));
      assertThat(report.refusals())
          .filteredOn(refusal -> refusal.verb() == PodVerb.CREATE)
          .extracting(BystanderReport.Refusal::text)
          .anyMatch(
              text ->
                  text.contains("failed calling webhook \"mpod.kb.io\"")
                      && text.contains("connection refused"));
      for (PodVerb verb : PodVerb.values()) {
        assertThat(report.tallies().get(verb).refused()).as("%s", verb).isPositive();
      }
      assertThat(report.otherErrors()).isZero();
      assertThat(bystander.reportSince(after).refused()).isZero();
    }
  }

  @Test
  void install_intoAnUnlabelledNamespace_isDeadForEver() throws Exception {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(30).start()) {
      Clients clients = new Clients(cluster, folder);
      var bystander = cluster.bystander("bystander");
      cluster.objects().apply(UNLABELLED);
      // At this speed a Pod may be made before helm gets to its next request, the webhooks.
      cluster.objects().apply(NO_PODS_YET);

      Subprocess install = install(clients, "1.8.3", "--set", "installation.createNamespace=false");
      assertThat(install.orThrow("helm install").out()).contains("STATUS: deployed");
      cluster.objects().delete("v1", "ResourceQuota", "kruise-system", "no-pods-yet");

      // Three simulated minutes.
      Subprocess rollout =
          clients.kubectl(
              "rollout",
              "status",
              "deploy/kruise-controller-manager",
              "-n",
              "kruise-system",
              "--timeout=6s");
      assertThat(rollout.exitCode()).isEqualTo(1);
      assertThat(rollout.err()).contains("timed out waiting for the condition");
      assertThat(bystander.refusals()).isNotEmpty();
      assertThat(clients.kubectl("get", "events", "-n", "kruise-system").out())
          .contains("FailedCreate", "replicaset/kruise-controller-manager")
          .contains("failed calling webhook \"mpod.kb.io\"");
      assertThat(cluster.objects().list("v1", "Pod", "kruise-system")).isEmpty();
    }
  }

  private static Subprocess uninstall(Clients clients) throws Exception {
    return clients.helm("uninstall", "kruise", "--wait", "--timeout", "60s");
  }
}
