package io.github.kruiseinstaller.internal.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.wait.PodTrouble;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest {
  @ParameterizedTest
  @CsvSource({
    "'exceeded quota: no-more, requested: pods=1', QUOTA_EXCEEDED",
    "'insufficient quota to match these scopes: [{PriorityClass In [a]}]', QUOTA_EXCEEDED",
    "'cpu max limit to request ratio per Container is 2, but provided ratio is 4',"
        + " POLICY_DENIES_PODS",
    "'maximum memory usage per Pod is 1Gi, but limit is 2Gi', POLICY_DENIES_PODS",
    "'no PriorityClass with name nowhere was found', PODS_NOT_CREATED",
  })
  void of_whenPodsAreRefused_tellsByTheWords(String words, DiagnosisCode expected) {
    String message = "FailedCreate: pods \"manager-1\" is forbidden: " + words;
    PodTrouble trouble =
        new PodTrouble(
            FailureCode.PODS_NOT_CREATED,
            ObjectRef.namespaced("apps/v1", "Deployment", "kruise-system", "manager"),
            message,
            List.of(message));

    Finding finding = Refusals.of(nothingSeen(), trouble, "the manager's Pods are refused");

    assertThat(finding.code()).isEqualTo(expected);
    assertThat(finding.summary()).contains(words);
  }

  private static Evidence nothingSeen() {
    LiveInstallation live =
        new LiveInstallation(
            new LiveInstallation.Location("kruise-system", "kruise-webhook-service", "asked for"),
            Seen.not("-"),
            Seen.not("-"),
            Seen.not("-"),
            Seen.not("-"),
            Seen.not("-"),
            Seen.not("-"),
            Seen.not("-"),
            Seen.not("-"),
            Seen.not("-"),
            Seen.not("-"),
            Seen.not("-"));
    return new Evidence(
        live,
        "unknown",
        Instant.EPOCH,
        List.of(),
        Duration.ZERO,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}
