package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The manager only compares certificates that others issue: nobody but an arming brings their CA.
 */
class ExternalCertificatesTest {
  private static final String SECRET = "kruise-webhook-certs";

  @RegisterExtension
  final SimulatedClusterExtension clusters =
      SimulatedClusterExtension.of(SimulatedCluster.builder().speed(20));

  @Test
  void install_whenTheCertificateWasIssuedByAnotherCa_bringsItIntoTheWebhooks(
      SimulatedCluster cluster) {
    Bystander bystander = cluster.bystander("elsewhere");
    WebhookCertificates old = WebhookCertificates.create();
    cluster.objects().apply(Plight.UNLABELLED);
    cluster.objects().apply(secret(external(old)));
    OpenKruiseInstaller installer =
        SmallInstallers.plain(cluster, cluster.admin())
            .customize(Customizer.featureGates(Map.of("EnableExternalCerts", true)))
            .build();
    installer.install();
    WebhookCertificates renewed = WebhookCertificates.create();
    Map<String, Object> data = external(renewed);
    // As a Secret has it in which the manager once kept its own.
    data.put("ca-cert.pem", old.caBundle());
    cluster
        .objects()
        .edit("v1", "Secret", Damage.NAMESPACE, SECRET, secret -> secret.put("data", data));

    InstallPlan plan = installer.plan();
    assertThat(plan.stage(Stage.ARM).orElseThrow().changes())
        .as(plan.render())
        .extracting(PlannedChange::action)
        .containsOnly(ChangeAction.ARM);
    assertThat(plan.render()).contains("caBundle").doesNotContain(renewed.caBundle());
    installer.install();

    assertThat(bundles(cluster)).contains(renewed.caBundle()).doesNotContain(old.caBundle());
    assertThat(bystander.refusals()).isEmpty();
    assertThat(installer.install().writes()).isZero();
  }

  private static Map<String, Object> external(WebhookCertificates authority) {
    Map<String, Object> own = authority.secretData(WebhookCertificates.HOST, Duration.ofDays(3650));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("ca.crt", authority.caBundle());
    data.put("tls.crt", own.get("tls.crt"));
    data.put("tls.key", own.get("tls.key"));
    return data;
  }

  private static String secret(Map<String, Object> data) {
    return new Gson()
        .toJson(
            Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "metadata",
                Map.of("name", SECRET, "namespace", Damage.NAMESPACE),
                "data",
                data));
  }

  private static String bundles(SimulatedCluster cluster) {
    return cluster
        .objects()
        .list("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "")
        .toString();
  }
}
