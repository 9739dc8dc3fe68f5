package io.github.kruiseinstaller.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CertificateAuthorityTest {
  private static final Instant VALID = Instant.parse("2027-01-01T00:00:00Z");
  private static final String SERVICE = "kruise-webhook-service";
  private static final String NAMESPACE = "kruise-system";
  private static final String SECRET_TEXT = "not-to-be-seen";

  @Test
  void read_givesExactlyTheSecretsBytes() {
    String withNewline = pem("ca") + "\n";
    Manifest secret = secret("ca-cert.pem", withNewline, "tls.crt", pem("serving"));

    CertificateAuthority authority = read(secret, VALID);

    assertThat(authority.caBundleBase64()).isEqualTo(base64(withNewline));
    assertThat(authority.servingCertificateEnds()).isAfter(VALID);
    assertThat(authority.toString()).doesNotContain(authority.caBundleBase64());
  }

  @ParameterizedTest
  @MethodSource
  void read_takesEveryShapeThatTheApiServerTrusts(
      String caKey, String ca, String certificateKey, String certificate) {
    assertThat(read(secret(caKey, ca, certificateKey, certificate), VALID).caBundleBase64())
        .isEqualTo(base64(ca));
  }

  static Stream<Arguments> read_takesEveryShapeThatTheApiServerTrusts() {
    return Stream.of(
        Arguments.of("ca-cert.pem", pem("ca"), "cert.pem", pem("serving")),
        Arguments.of("ca.crt", pem("ca"), "tls.crt", pem("serving")),
        Arguments.of("ca.crt", pem("ca"), "tls.crt", pem("wildcard")),
        Arguments.of("ca.crt", pem("ca"), "tls.crt", pem("chained")),
        Arguments.of("ca.crt", pem("other-ca") + pem("ca"), "tls.crt", pem("serving")),
        Arguments.of("ca.crt", pem("serving"), "tls.crt", pem("serving")));
  }

  @Test
  void read_whenTheSecretStillHasTheCaOfBefore_takesTheOneThatSigns() {
    Manifest switched =
        secret("ca-cert.pem", pem("other-ca"), "tls.crt", pem("serving"))
            .edit(tree -> Trees.child(tree, "data").put("ca.crt", base64(pem("ca"))));
    Manifest own =
        secret("ca-cert.pem", pem("ca"), "tls.crt", pem("serving"))
            .edit(tree -> Trees.child(tree, "data").put("ca.crt", base64(pem("other-ca"))));

    assertThat(read(switched, VALID).caBundleBase64()).isEqualTo(base64(pem("ca")));
    assertThat(read(own, VALID).caBundleBase64()).isEqualTo(base64(pem("ca")));
    assertThat(CertificateAuthority.bundle(switched)).isEqualTo(base64(pem("ca")));
    assertThat(CertificateAuthority.trusts(base64(pem("other-ca")), switched)).isFalse();
    assertThat(CertificateAuthority.trusts(base64(pem("ca")), switched)).isTrue();
  }

  @Test
  void flawAtStart_whenTheCertificateIsNotForLocalhost_isWhyTheManagerIsNotReady() {
    Manifest withoutLocalhost = secret("ca.crt", pem("ca"), "tls.crt", pem("wildcard"));
    Manifest withIt = secret("ca.crt", pem("ca"), "tls.crt", pem("serving"));

    assertThat(CertificateAuthority.flaw(withoutLocalhost, SERVICE, NAMESPACE, VALID)).isEmpty();
    assertThat(CertificateAuthority.flawAtStart(withIt, SERVICE, NAMESPACE, VALID)).isEmpty();
    assertThat(CertificateAuthority.flawAtStart(withoutLocalhost, SERVICE, NAMESPACE, VALID))
        .hasValueSatisfying(
            flaw -> {
              assertThat(flaw.kind()).isEqualTo(CertificateAuthority.Flaw.Kind.WRONG_NAME);
              assertThat(flaw.message()).contains("localhost", "ready");
            });
  }

  @ParameterizedTest
  @MethodSource
  void read_whenTheApiServerCouldNotTrustIt_fails(Manifest secret, Instant now, String message) {
    InstallException failure =
        catchThrowableOfType(InstallException.class, () -> read(secret, now));

    assertThat(failure.failure().code()).isEqualTo(FailureCode.CERTIFICATE_UNUSABLE);
    assertThat(failure.failure().message()).contains(message);
    assertThat(failure.failure().object()).isEqualTo(secret.ref());
    assertThat(failure.failure().evidence()).isNotEmpty();
    assertThat(failure.failure().render()).doesNotContain(SECRET_TEXT).doesNotContain("BEGIN");
  }

  static Stream<Arguments> read_whenTheApiServerCouldNotTrustIt_fails() {
    Instant late = Instant.parse("2060-01-01T00:00:00Z");
    Instant early = Instant.parse("2020-01-01T00:00:00Z");
    Instant servingExpired = Instant.parse("2030-01-01T00:00:00Z");
    Manifest good = secret("ca-cert.pem", pem("ca"), "tls.crt", pem("serving"));
    return Stream.of(
        Arguments.of(secret("tls.key", SECRET_TEXT, "x", "y"), VALID, "no ca.crt"),
        Arguments.of(secret("ca-cert.pem", "", "tls.crt", pem("serving")), VALID, "no ca.crt"),
        Arguments.of(
            secret("ca-cert.pem", pem("ca"), "tls.key", SECRET_TEXT), VALID, "no cert.pem"),
        Arguments.of(
            secret("ca-cert.pem", SECRET_TEXT, "tls.crt", pem("serving")), VALID, "readable"),
        Arguments.of(secret("ca-cert.pem", pem("ca"), "tls.crt", SECRET_TEXT), VALID, "readable"),
        Arguments.of(
            secret("ca-cert.pem", pem("other-ca"), "tls.crt", pem("serving")), VALID, "not signed"),
        Arguments.of(
            secret("ca-cert.pem", pem("ca"), "tls.crt", pem("unnamed")),
            VALID,
            "not for kruise-webhook-service.kruise-system.svc"),
        Arguments.of(good, servingExpired, "not valid now"),
        Arguments.of(good, late, "not valid now"),
        Arguments.of(good, early, "not valid now"));
  }

  private static CertificateAuthority read(Manifest secret, Instant now) {
    return CertificateAuthority.read(secret, SERVICE, NAMESPACE, now);
  }

  private static Manifest secret(String key, String value, String otherKey, String otherValue) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put(key, base64(value));
    data.put(otherKey, base64(otherValue));
    return Manifest.of(
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "Secret",
            "metadata",
            Map.of("name", "kruise-webhook-certs", "namespace", NAMESPACE),
            "data",
            data));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String pem(String name) {
    try (InputStream in =
        CertificateAuthorityTest.class.getResourceAsStream("/certificates/" + name + ".pem")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
