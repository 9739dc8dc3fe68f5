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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real helm with the official charts works with a simulated cluster, and does its harm. */
class HelmE2e {
  private static final String CONFLICT =
      "conflict with \"kruise-manager\" using admissionregistration.k8s.io/v1:"
          + " .metadata.annotations.template";

  @TempDir Path folder;

  private static Subprocess install(Clients clients, String version, String... more)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("install", "kruise"));
    arguments.add(Clients.chart("kruise-" + version + ".tgz").toString());
    arguments.add("--wait");
    arguments.addAll(List.of(more));
    return clients.helm(arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.8.3", "1.5.5"})
  void installsAndUninstalls(String version) throws Exception {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      Clients clients = new Clients(cluster, folder);

      install(clients, version, "--timeout", "60s").orThrow("helm install");

      assertThat(clients.helm("list").out()).contains("deployed", "kruise-" + version);
      assertThat(clients.helm("status", "kruise").out()).contains("STATUS: deployed");
      assertThat(clients.helm("get", "manifest", "kruise").out()).contains("kind: Deployment");
      assertThat(cluster.bystander("bystander").refusals()).isEmpty();

      clients.helm("uninstall", "kruise", "--wait", "--timeout", "60s").orThrow("helm uninstall");

      assertThat(cluster.objects().list("apiextensions.k8s.io/v1", "CustomResourceDefinition", ""))
          .isEmpty();
      assertThat(clients.kubectl("get", "ns", "kruise-system").err()).contains("NotFound");
    }
  }

  @Test
  void uninstall_whileCloneSetsExist_isRefusedByTheHook() throws Exception {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      Clients clients = new Clients(cluster, folder);
      install(clients, "1.8.3", "--timeout", "60s").orThrow("helm install");
      cluster
          .objects()
          .apply(
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
              """);

      Subprocess uninstall = clients.helm("uninstall", "kruise", "--wait", "--timeout", "60s");

      assertThat(uninstall.exitCode()).isEqualTo(1);
      assertThat(uninstall.err()).contains("kruise-finalizer", "Failed");
    }
  }

  @Test
  void upgrade_meetsWhatTheManagerOwns() throws Exception {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      Clients clients = new Clients(cluster, folder);
      install(clients, "1.7.5", "--timeout", "60s").orThrow("helm install");

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
    try (SimulatedCluster cluster = SimulatedCluster.builder().pace(Pace.REALISTIC).start();
        KubeApi api = KubeApi.open(cluster.kubeconfigFile());
        Bystander bystander = Bystander.start(api, "bystander")) {
      Clients clients = new Clients(cluster, folder);

      install(clients, "1.8.3", "--timeout", "100s").orThrow("helm install");
      long after = bystander.moment();
      while (bystander.reportSince(after).requests() < 50) {
        Thread.onSpinWait();
      }

      BystanderReport report = bystander.stop();
      assertThat(report.outage()).isGreaterThan(Duration.ofSeconds(1));
      assertThat(report.refusals().get(0).text())
          .contains("failed calling webhook \"mpod.kb.io\"", "connection refused");
      for (PodVerb verb : PodVerb.values()) {
        boolean called = verb != PodVerb.UPDATE;
        assertThat(report.tallies().get(verb).refused() > 0).as("%s", verb).isEqualTo(called);
      }
      assertThat(report.otherErrors()).isZero();
      assertThat(bystander.reportSince(after).refused()).isZero();
    }
  }

  @Test
  void install_intoAnUnlabelledNamespace_isDeadForEver() throws Exception {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(30).start()) {
      Clients clients = new Clients(cluster, folder);
      cluster.objects().apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: kruise-system}\n");

      // Three simulated minutes.
      Subprocess install =
          install(
              clients, "1.8.3", "--set", "installation.createNamespace=false", "--timeout", "6s");

      assertThat(install.exitCode()).isEqualTo(1);
      assertThat(install.err()).contains("kruise-controller-manager");
      assertThat(cluster.bystander("bystander").refusals()).isNotEmpty();
      assertThat(clients.kubectl("get", "events", "-n", "kruise-system").out())
          .contains("FailedCreate", "replicaset/kruise-controller-manager")
          .contains("failed calling webhook \"mpod.kb.io\"");
      assertThat(
              cluster.objects().list("v1", "Pod", "kruise-system").stream()
                  .filter(pod -> pod.toString().contains("control-plane=controller-manager")))
          .isEmpty();
    }
  }
}
