package io.github.kruiseinstaller.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProofAnswerTest {
  private static final ObjectRef POD = ObjectRef.namespaced("v1", "Pod", "kruise-system", "probe");
  private static final String OURS =
      "Internal error occurred: failed calling webhook"
          + " \"target-0.proof.kruise-installer.github.io\": failed to call webhook: ";
  private static final String POST =
      "Post \"https://kruise-webhook-service.kruise-system.svc:443/x?timeout=3s\": ";

  @ParameterizedTest
  @MethodSource
  void of_classifiesWhatApiServersSay(int status, String message, ProofAnswer expected) {
    assertThat(
            ProofAnswer.of(
                FakeCluster.refusal("probe", POD, status, "", message),
                ProofConfiguration.WEBHOOK_SUFFIX))
        .isEqualTo(expected);
  }

  static Stream<Arguments> of_classifiesWhatApiServersSay() {
    return Stream.of(
        call("the server could not find the requested resource", ProofAnswer.ROUTED),
        call(
            "received invalid webhook response: validating webhook may not return response.patch",
            ProofAnswer.ACCEPTED),
        call(
            "0-length response with status code: 200 and content type: application/json",
            ProofAnswer.ROUTED),
        call(
            POST + "dial tcp 10.96.12.7:443: connect: connection refused",
            ProofAnswer.CONNECTION_REFUSED),
        call(
            "no endpoints available for service \"kruise-webhook-service\"",
            ProofAnswer.NO_ENDPOINTS),
        call("service \"nosuch\" not found", ProofAnswer.SERVICE_NOT_FOUND),
        call(
            POST
                + "tls: failed to verify certificate: x509: certificate signed by unknown"
                + " authority",
            ProofAnswer.UNTRUSTED),
        call(POST + "x509: certificate has expired or is not yet valid", ProofAnswer.UNTRUSTED),
        call(POST + "context deadline exceeded", ProofAnswer.TIMED_OUT),
        call(POST + "dial tcp 10.1.2.3:9876: i/o timeout", ProofAnswer.TIMED_OUT),
        call(POST + "net/http: TLS handshake timeout", ProofAnswer.TIMED_OUT),
        call(
            POST
                + "net/http: request canceled while waiting for connection (Client.Timeout exceeded"
                + " while awaiting headers)",
            ProofAnswer.TIMED_OUT),
        call(POST + "dial tcp 10.1.2.3:9876: connect: no route to host", ProofAnswer.UNREACHABLE),
        call(POST + "Address is not allowed", ProofAnswer.UNREACHABLE),
        call(POST + "EOF", ProofAnswer.UNREACHABLE),
        call(POST + "something new", ProofAnswer.UNKNOWN),
        Arguments.of(
            403,
            "admission webhook \"target-0.proof.kruise-installer.github.io\" denied the request:"
                + " no",
            ProofAnswer.DENIED_BY_MANAGER),
        Arguments.of(
            500,
            "Internal error occurred: failed calling webhook \"mpod.kb.io\": failed to call"
                + " webhook: "
                + POST
                + "dial tcp 10.96.12.7:443: connect: connection refused",
            ProofAnswer.DENIED_BY_OTHER),
        Arguments.of(
            400,
            "admission webhook \"policy.example.com\" denied the request: no",
            ProofAnswer.DENIED_BY_OTHER),
        Arguments.of(
            403,
            "pods \"p\" is forbidden: exceeded quota: q, requested: pods=1",
            ProofAnswer.DENIED_BY_OTHER),
        Arguments.of(
            403,
            "pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\"",
            ProofAnswer.DENIED_BY_OTHER),
        Arguments.of(
            403,
            "pods is forbidden: User \"ci\" cannot create resource \"pods\" in API group \"\" in"
                + " the namespace \"kruise-system\"",
            ProofAnswer.FORBIDDEN),
        Arguments.of(0, "connection reset", ProofAnswer.UNKNOWN),
        Arguments.of(503, "the server is currently unable to handle it", ProofAnswer.UNKNOWN));
  }

  @ParameterizedTest
  @EnumSource
  void everyAnswer_hasATextAndARemedy(ProofAnswer answer) {
    assertThat(answer.text()).isNotBlank();
    assertThat(answer.remedy()).endsWith(".");
  }

  private static Arguments call(String message, ProofAnswer expected) {
    return Arguments.of(500, OURS + message, expected);
  }
}
