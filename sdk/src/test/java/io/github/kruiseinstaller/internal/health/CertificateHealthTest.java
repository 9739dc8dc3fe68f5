package io.github.kruiseinstaller.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.LiveInstallationReader;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateHealthTest {
  /** The serving certificate ends on 2027-11-23. */
  @ParameterizedTest
  @CsvSource({
    "2027-01-01T00:00:00Z, pass, pass",
    "2027-10-24T00:00:00Z, pass, pass",
    "2027-10-25T00:00:00Z, pass, warn",
    "2027-11-23T00:00:00Z, pass, warn",
    "2027-11-25T00:00:00Z, fail, skipped"
  })
  void certificate_isWarnedOfThirtyDaysBeforeItEnds(Instant now, String chain, String expiry) {
    List<Finding> findings = new CertificateHealth().judge(scene(now));

    assertThat(check(findings, CertificateHealth.CHAIN).status().id()).isEqualTo(chain);
    assertThat(check(findings, CertificateHealth.EXPIRY).status().id()).isEqualTo(expiry);
    assertThat(check(findings, CertificateHealth.SERVED).status()).isEqualTo(CheckStatus.SKIPPED);
    assertThat(findings).extracting(Finding::check).asString().doesNotContain("BEGIN");
  }

  private static Check check(List<Finding> findings, String id) {
    return findings.stream()
        .map(Finding::check)
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static HealthScene scene(Instant now) {
    FakeCluster cluster = new FakeCluster();
    cluster.put(FakeCluster.namespaceManifest("kruise-system"));
    cluster.put(
        Manifest.of(
            Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "metadata",
                Map.of("name", "kruise-webhook-certs", "namespace", "kruise-system"),
                "data",
                Map.of(
                    "ca-cert.pem", base64("ca"), "tls.crt", base64("serving"), "tls.key", "x"))));
    try (Workers workers = new Workers("test", new Cancellation())) {
      LiveInstallation live = new LiveInstallationReader(cluster, workers).read("kruise-system");
      return new HealthScene(
          now,
          Optional.empty(),
          live,
          Seen.not("nobody asked"),
          List.of(),
          Seen.not("nobody read it"),
          Seen.of(Optional.empty()));
    }
  }

  private static String base64(String name) {
    String resource = "/certificates/" + name + ".pem";
    try (InputStream in =
        Objects.requireNonNull(CertificateHealthTest.class.getResourceAsStream(resource))) {
      return Base64.getEncoder().encodeToString(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
