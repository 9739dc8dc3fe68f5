package io.github.kruiseinstaller.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

/** A manager whose certificates somebody else issues: it compares, and brings its CA nowhere. */
class ExternalCertificatesE2e extends InstallTest {
  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final String SECRETS = NAMESPACES + "/" + NAMESPACE + "/secrets";
  private static final String SECRET = "kruise-webhook-certs";
  private static final String HOST = "kruise-webhook-service." + NAMESPACE + ".svc";
  private static final String LOCALHOST = "localhost";

  @Test
  void installsWithThemAndFollowsThemToAnotherCa() throws Exception {
    Bystander bystander = bystander();
    HeldCertificate authority = authority();
    api().must("POST", NAMESPACES, namespace());
    api().must("POST", SECRETS, secret(authority, HOST, LOCALHOST));
    installs(external());
    assertThat(conversionCa()).isEqualTo(base64(authority.certificatePem()));
    assertThat(external().build().install().writes()).isZero();
    untilAskedEnough(bystander::report);
    assertNobodyWasRefused(bystander.report());

    HeldCertificate another = authority();
    api().must("PUT", SECRETS + "/" + SECRET, secret(another, HOST, LOCALHOST));
    InstallPlan plan = external().build().plan();
    System.out.println(plan.render());
    assertThat(plan.stages().get(0).stage()).isEqualTo(Stage.DISARM);
    heals(external());
    assertThat(conversionCa()).isEqualTo(base64(another.certificatePem()));
  }

  @Test
  void saysThatACertificateWithoutLocalhostKeepsTheManagerFromBecomingReady() throws Exception {
    bystander();
    api().must("POST", NAMESPACES, namespace());
    api().must("POST", SECRETS, secret(authority(), HOST));

    Failure failure = fails(external(), FailureCode.CERTIFICATE_UNUSABLE, Stage.ROLLOUT);

    assertThat(failure.message()).contains(LOCALHOST);
    nobodyWasRefused();
  }

  private static OpenKruiseInstaller.Builder external() {
    return installer().customize(Customizer.featureGates(Map.of("EnableExternalCerts", true)));
  }

  private static HeldCertificate authority() {
    return new HeldCertificate.Builder().certificateAuthority(0).commonName("an issuer").build();
  }

  private static String conversionCa() {
    return object(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/statefulsets.apps.kruise.io")
        .getAsJsonObject("spec")
        .getAsJsonObject("conversion")
        .getAsJsonObject("webhook")
        .getAsJsonObject("clientConfig")
        .get("caBundle")
        .getAsString();
  }

  private static String namespace() {
    return named("Namespace", NAMESPACE).toString();
  }

  private static String secret(HeldCertificate authority, String... hosts) {
    HeldCertificate.Builder serving =
        new HeldCertificate.Builder().signedBy(authority).duration(365, TimeUnit.DAYS);
    for (String host : hosts) {
      serving.addSubjectAlternativeName(host);
    }
    HeldCertificate issued = serving.build();
    JsonObject data = new JsonObject();
    data.addProperty("ca.crt", base64(authority.certificatePem()));
    data.addProperty("tls.crt", base64(issued.certificatePem()));
    data.addProperty("tls.key", base64(issued.privateKeyPkcs8Pem()));
    JsonObject secret = named("Secret", SECRET);
    secret.add("data", data);
    return secret.toString();
  }

  private static JsonObject named(String kind, String name) {
    JsonObject metadata = new JsonObject();
    metadata.addProperty("name", name);
    JsonObject object = new JsonObject();
    object.addProperty("apiVersion", "v1");
    object.addProperty("kind", kind);
    object.add("metadata", metadata);
    return object;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }
}
