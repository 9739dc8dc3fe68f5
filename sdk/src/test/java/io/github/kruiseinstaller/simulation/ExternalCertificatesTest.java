package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.Gson;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A manager with certificates that others issue only compares, and does not start where one lacks.
 */
class ExternalCertificatesTest {
  private static final String SECRET = "kruise-webhook-certs";

  @RegisterExtension
  final SimulatedClusterExtension clusters =
      SimulatedClusterExtension.of(SimulatedCluster.builder().speed(20));

  @Test
  void install_whenTheCertificateIsIssuedByAnotherCa_bringsItToWhereTheManagerOnlyCompares(
      SimulatedCluster cluster) {
    Bystander bystander = cluster.bystander("elsewhere");
    WebhookCertificates issued = WebhookCertificates.create();
    OpenKruiseInstaller installer = installer(cluster, external(issued));

    installer.install();

    assertThat(trusted(cluster)).isNotEmpty().containsOnly(issued.caBundle());
    assertThat(conversion(cluster)).isEqualTo(issued.caBundle());
    assertThat(bystander.refusals()).isEmpty();
    assertThat(installer.install().writes()).isZero();
    assertThat(installer.verify().health()).isEqualTo(Health.HEALTHY);
  }

  @Test
  void install_whenTheCertificateWasRenewedByAnotherCa_disarmsFirstAndBringsThatOne(
      SimulatedCluster cluster) {
    WebhookCertificates old = WebhookCertificates.create();
    OpenKruiseInstaller installer = installer(cluster, external(old));
    installer.install();
    WebhookCertificates renewed = WebhookCertificates.create();
    Map<String, Object> data = external(renewed);
    // As a Secret has it in which the manager once kept its own.
    data.put("ca-cert.pem", old.caBundle());
    cluster
        .objects()
        .edit("v1", "Secret", Damage.NAMESPACE, SECRET, secret -> secret.put("data", data));

    InstallPlan plan = installer.plan();
    installer.install(plan);

    assertThat(plan.render())
        .contains("trusting another CA", "spec.conversion.webhook.clientConfig.caBundle");
    assertThat(plan.stages().get(0).stage()).isEqualTo(Stage.DISARM);
    assertThat(trusted(cluster)).isNotEmpty().containsOnly(renewed.caBundle());
    assertThat(conversion(cluster)).isEqualTo(renewed.caBundle());
    Bystander bystander = cluster.bystander("elsewhere");
    assertThat(installer.install().writes()).isZero();
    assertThat(bystander.refusals()).isEmpty();
  }

  @Test
  void install_whenTheCertificateIsNotForLocalhost_saysThatTheManagerCannotBecomeReady(
      SimulatedCluster cluster) {
    Bystander bystander = cluster.bystander("elsewhere");
    OpenKruiseInstaller installer =
        installer(cluster, WebhookCertificates.create().externalData(WebhookCertificates.HOST));

    InstallException failed = catchThrowableOfType(InstallException.class, installer::install);

    assertThat(failed.failure().code()).isEqualTo(FailureCode.CERTIFICATE_UNUSABLE);
    assertThat(failed.failure().stage()).isEqualTo(Stage.ROLLOUT);
    assertThat(failed.failure().message()).contains("localhost", "ready");
    assertThat(failed.failure().evidence()).anyMatch(line -> line.contains("Readiness probe"));
    assertThat(installer.diagnose().diagnoses())
        .extracting(Diagnosis::code)
        .contains(DiagnosisCode.CERTIFICATE_NAME_WRONG);
    assertThat(bystander.refusals()).isEmpty();
  }

  private static Map<String, Object> external(WebhookCertificates authority) {
    return authority.externalData(WebhookCertificates.HOST, "localhost");
  }

  private static OpenKruiseInstaller installer(SimulatedCluster cluster, Map<String, Object> data) {
    cluster.objects().apply(Plight.UNLABELLED);
    cluster.objects().apply(secret(data));
    return SmallInstallers.plain(cluster, cluster.admin())
        .customize(Customizer.featureGates(Map.of("EnableExternalCerts", true)))
        .build();
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

  private static List<@Nullable String> trusted(SimulatedCluster cluster) {
    return Stream.of("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
        .flatMap(
            kind -> cluster.objects().list("admissionregistration.k8s.io/v1", kind, "").stream())
        .flatMap(configuration -> Trees.maps(configuration, "webhooks").stream())
        .map(webhook -> Trees.text(webhook, "clientConfig", "caBundle"))
        .toList();
  }

  private static @Nullable String conversion(SimulatedCluster cluster) {
    Map<String, Object> definition =
        Scenes.definition(cluster, "statefulsets.apps.kruise.io").orElseThrow();
    return Trees.text(definition, "spec", "conversion", "webhook", "clientConfig", "caBundle");
  }
}
