package io.github.kruiseinstaller.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.retry.RetryRule;
import io.github.kruiseinstaller.model.ObjectRef;
import java.io.IOException;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClusterRetryRuleTest {
  private static final int FOR_EVER = Integer.MAX_VALUE;

  @ParameterizedTest
  @CsvSource({
    "get, 400, BadRequest, false",
    "get, 401, Unauthorized, false",
    "get, 403, Forbidden, false",
    "get, 404, NotFound, false",
    "get, 405, MethodNotAllowed, false",
    "create, 409, AlreadyExists, false",
    "create, 409, Conflict, true",
    "list, 410, Expired, false",
    "apply, 413, RequestEntityTooLarge, false",
    "apply, 415, UnsupportedMediaType, false",
    "apply, 422, Invalid, false",
    "apply, 409, Conflict, true",
    "get, 429, TooManyRequests, true",
    "get, 500, InternalError, true",
    "get, 500, '', true",
    "get, 501, NotImplemented, false",
    "get, 502, Bad Gateway, true",
    "get, 503, ServiceUnavailable, true",
    "get, 504, Timeout, true",
  })
  void merging_byStatusAndReason(String verb, int status, String reason, boolean again) {
    assertThat(tries(ClusterRetryRule.MERGING, verb, status, reason))
        .isEqualTo(again ? FOR_EVER : 1);
  }

  @Test
  void conditional_leavesALostRaceToTheCaller() {
    assertThat(tries(ClusterRetryRule.CONDITIONAL, "replace", 409, "Conflict")).isEqualTo(1);
    assertThat(tries(ClusterRetryRule.CONDITIONAL, "replace", 503, "x")).isEqualTo(FOR_EVER);
  }

  @Test
  void applyWithoutAReason_isTriedAFewTimes() {
    assertThat(tries(ClusterRetryRule.MERGING, "apply", 500, "")).isEqualTo(5);
  }

  @Test
  void atMost_boundsTheTriesAndChangesNothingElse() {
    RuntimeException unavailable = FakeCluster.refusal("get", null, 503, "x", "y");
    RuntimeException denied = FakeCluster.refusal("get", null, 403, "Forbidden", "y");
    RetryRule bounded = RetryRule.atMost(3, ClusterRetryRule.MERGING);

    assertThat(bounded.judge(unavailable).tries()).isEqualTo(3);
    assertThat(bounded.judge(unavailable).cause())
        .isEqualTo(ClusterRetryRule.MERGING.judge(unavailable).cause());
    assertThat(bounded.judge(denied).tries()).isEqualTo(1);
    assertThat(bounded.outOfTime(unavailable)).isInstanceOf(DeadlineException.class);
  }

  @ParameterizedTest
  @EnumSource(ClusterRetryRule.class)
  void conflictBetweenFieldManagers_isFinal(ClusterRetryRule rule) {
    ClusterException conflict =
        new ClusterException(
            new ClusterException.Answer(
                "apply",
                null,
                409,
                "Conflict",
                "1 conflict",
                List.of(new ClusterException.Cause("FieldManagerConflict", ".a", "x")),
                null),
            null);
    assertThat(rule.judge(conflict).tries()).isEqualTo(1);
  }

  @Test
  void noAnswer_isTriedAgainUnlessTheServerIsNotTrusted() {
    assertThat(unanswered(new ConnectException("refused"))).isEqualTo(FOR_EVER);
    assertThat(unanswered(new IOException("unexpected end of stream"))).isEqualTo(FOR_EVER);
    // An API server that restarts ends handshakes halfway.
    assertThat(unanswered(new SSLHandshakeException("terminated"))).isEqualTo(FOR_EVER);
    SSLHandshakeException untrusted = new SSLHandshakeException("PKIX");
    untrusted.initCause(new CertificateException("unknown authority"));
    assertThat(unanswered(untrusted)).isEqualTo(1);
    assertThat(unanswered(new SSLPeerUnverifiedException("wrong host"))).isEqualTo(1);
  }

  @Test
  void errorsOfOtherKinds_areFinal() {
    assertThat(ClusterRetryRule.MERGING.judge(new IllegalStateException("bug")).tries())
        .isEqualTo(1);
  }

  @Test
  void retryAfter_isPassedOn() {
    ClusterException busy = refused("get", 429, "TooManyRequests", Duration.ofSeconds(3));
    assertThat(ClusterRetryRule.MERGING.judge(busy).retryAfter()).isEqualTo(Duration.ofSeconds(3));
  }

  private static int unanswered(IOException cause) {
    ClusterException error =
        new ClusterException(
            new ClusterException.Answer("get", null, 0, "", "x", List.of(), null), cause);
    return ClusterRetryRule.MERGING.judge(error).tries();
  }

  private static int tries(ClusterRetryRule rule, String verb, int status, String reason) {
    return rule.judge(refused(verb, status, reason, null)).tries();
  }

  private static ClusterException refused(
      String verb, int status, String reason, @Nullable Duration retryAfter) {
    ObjectRef ref = ObjectRef.cluster("v1", "Namespace", "ns");
    return new ClusterException(
        new ClusterException.Answer(verb, ref, status, reason, "why", List.of(), retryAfter), null);
  }
}
