package io.github.kruiseinstaller.testkit.internal.network;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.X509ExtendedTrustManager;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

class ServerCheckTest {
  private static final Instant NOW = Backend.NOW;
  private final HeldCertificate root = builder("root").certificateAuthority(1).build();

  @Test
  void chain_overAnIntermediate_isFound() throws CertificateException {
    HeldCertificate between = builder("between").certificateAuthority(0).signedBy(root).build();
    HeldCertificate leaf =
        builder("leaf").addSubjectAlternativeName("a.svc").signedBy(between).build();
    check(List.of(root), "a.svc", leaf, between);
    assertThatThrownBy(() -> check(List.of(root), "a.svc", leaf))
        .hasMessage("x509: certificate signed by unknown authority");
    assertThatThrownBy(() -> check(List.of(), "a.svc", leaf, between, root))
        .hasMessage("x509: certificate signed by unknown authority");
  }

  @Test
  void chain_overOneThatMayNotSign_isNone() {
    HeldCertificate plain = builder("plain").build();
    HeldCertificate leaf =
        builder("leaf").addSubjectAlternativeName("a.svc").signedBy(plain).build();
    assertThatThrownBy(() -> check(List.of(plain), "a.svc", leaf))
        .hasMessage("x509: certificate is not authorized to sign other certificates");
  }

  @Test
  void hint_namesTheAlgorithmAndTheCandidate() {
    HeldCertificate leaf =
        builder("leaf").addSubjectAlternativeName("a.svc").signedBy(root).build();
    HeldCertificate otherKey = builder("root").certificateAuthority(1).rsa2048().build();
    assertThatThrownBy(() -> check(List.of(otherKey), "a.svc", leaf))
        .hasMessage(
            "x509: certificate signed by unknown authority (possibly because of \"crypto/rsa:"
                + " verification error\" while trying to verify candidate authority certificate"
                + " \"root\")");
  }

  @Test
  void names_areComparedAsGoDoes() throws CertificateException {
    HeldCertificate none = builder("a.svc").signedBy(root).build();
    assertThatThrownBy(() -> check(List.of(root), "a.svc", none))
        .hasMessage("x509: certificate relies on legacy Common Name field, use SANs instead");
    assertThatThrownBy(() -> check(List.of(root), "127.0.0.1", none))
        .hasMessageStartingWith("x509: cannot validate certificate for 127.0.0.1");
    HeldCertificate address =
        builder("x").addSubjectAlternativeName("127.0.0.1").signedBy(root).build();
    check(List.of(root), "127.0.0.1", address);
    assertThatThrownBy(() -> check(List.of(root), "10.0.0.1", address))
        .hasMessage("x509: certificate is valid for 127.0.0.1, not 10.0.0.1");
    HeldCertificate upper = builder("x").addSubjectAlternativeName("A.svc").signedBy(root).build();
    check(List.of(root), "a.SVC", upper);
    HeldCertificate wild = builder("x").addSubjectAlternativeName("*.svc").signedBy(root).build();
    check(List.of(root), "a.svc", wild);
    assertThatThrownBy(() -> check(List.of(root), "a.b.svc", wild))
        .hasMessage("x509: certificate is valid for *.svc, not a.b.svc");
    assertThatThrownBy(() -> check(List.of(root), "svc", wild))
        .hasMessage("x509: certificate is valid for *.svc, not svc");
  }

  @Test
  void manager_checksServersOnly() {
    X509ExtendedTrustManager check = new ServerCheck(List.of(), "a.svc", () -> NOW);
    X509Certificate[] chain = {root.certificate()};
    assertThatThrownBy(() -> check.checkClientTrusted(chain, "EC"))
        .isInstanceOf(CertificateException.class);
    assertThatCode(check::getAcceptedIssuers).doesNotThrowAnyException();
  }

  private static HeldCertificate.Builder builder(String name) {
    return new HeldCertificate.Builder()
        .commonName(name)
        .validityInterval(
            Backend.VALID.from().toEpochMilli(), Backend.VALID.until().toEpochMilli());
  }

  private static void check(List<HeldCertificate> roots, String host, HeldCertificate... chain)
      throws CertificateException {
    X509Certificate[] certificates = new X509Certificate[chain.length];
    for (int i = 0; i < chain.length; i++) {
      certificates[i] = chain[i].certificate();
    }
    new ServerCheck(roots.stream().map(HeldCertificate::certificate).toList(), host, () -> NOW)
        .checkServerTrusted(certificates, "EC");
  }
}
