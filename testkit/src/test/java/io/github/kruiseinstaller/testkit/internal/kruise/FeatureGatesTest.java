package io.github.kruiseinstaller.testkit.internal.kruise;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureGatesTest {
  @ParameterizedTest
  @CsvSource({
    "'', PodWebhook, true",
    "'', EnableExternalCerts, false",
    "'', NoSuchGate, false",
    "'PodWebhook=false', PodWebhook, false",
    "'PodWebhook=false', ResourcesDeletionProtection, false",
    "'KruiseDaemon=false', PodProbeMarkerGate, false",
    "'KruiseDaemon=false,PodProbeMarkerGate=true', PodProbeMarkerGate, false",
    "'ImagePullJobGate=true, PodWebhook=false', PodWebhook, false",
    "'AllAlpha=true', EnableExternalCerts, true",
    "'AllAlpha=true', PodWebhook, true",
    "'AllAlpha=false', ResourcesDeletionProtection, false",
    "'AllAlpha=false', KruiseDaemon, true",
    "'AllAlpha=true,EnableExternalCerts=false', EnableExternalCerts, false",
    "'ResourcesDeletionProtection=false,DeletionProtectionForCRDCascadingGate=true',"
        + " DeletionProtectionForCRDCascadingGate, false",
    "'nonsense,,PodWebhook=false', PodWebhook, false",
  })
  void gates_areReadAsTheManagerReadsThem(String text, String gate, boolean enabled) {
    FeatureGates gates = FeatureGates.parse(text, new ManagerVersion(1, 8, 3));
    assertThat(gates.enabled(gate)).isEqualTo(enabled);
  }

  @ParameterizedTest
  @CsvSource({"6, false", "7, true"})
  void externalCertificates_areKnownSince17(int minor, boolean enabled) {
    FeatureGates gates =
        FeatureGates.parse("EnableExternalCerts=true", new ManagerVersion(1, minor, 0));
    assertThat(gates.enabled(FeatureGates.EXTERNAL_CERTS)).isEqualTo(enabled);
  }
}
