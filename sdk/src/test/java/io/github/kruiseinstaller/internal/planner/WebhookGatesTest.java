package io.github.kruiseinstaller.internal.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookGatesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; PodWebhook=true; /mutate-pod; true",
        "''; PodWebhook=false; /mutate-pod; false",
        "''; PodWebhook=false; /validate-pod; false",
        "''; PodWebhook=false; /validate-apps-kruise-io-v1alpha1-cloneset; true",
        "''; AllBeta=false; /mutate-pod; false",
        "AllBeta=false,PodWebhook=true; ''; /mutate-pod; true",
        "''; PodWebhook=false; /validate-service; false",
        "''; ResourcesDeletionProtection=false; /validate-ingress; false",
        "''; ResourcesDeletionProtection=false; /mutate-pod; true",
        "''; AllAlpha=true; /validate-service; false",
        "''; KruiseDaemon=false; /mutate-pod; true",
        "'PodWebhook=0, CloneSetShortHash=true'; PodWebhook=false; /mutate-pod; true",
        "PodWebhook=1; ''; /mutate-pod; true",
        "PodWebhook=1; PodWebhook=false; /mutate-pod; false"
      })
  void agree_whetherBothServeAPath(String one, String other, String path, boolean agree) {
    assertThat(gates(one).agree(gates(other), path)).isEqualTo(agree);
    assertThat(gates(other).agree(gates(one), path)).isEqualTo(agree);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; /mutate-pod; false",
        "PodWebhook=false; /mutate-pod; true",
        "PodWebhook=false; /validate-service; true",
        "''; /validate-service; false",
        "PodWebhook=false; /validate-customresourcedefinition; false"
      })
  void switchOff_whatNoHandlerIsLeftFor(String gates, String path, boolean off) {
    assertThat(gates(gates).switchOff(path)).isEqualTo(off);
  }

  private static WebhookGates gates(String flag) {
    return WebhookGates.of(
        Manifest.of(
            Map.of(
                "apiVersion",
                "apps/v1",
                "kind",
                "Deployment",
                "metadata",
                Map.of("name", "manager", "namespace", "ns"),
                "spec",
                Map.of(
                    "template",
                    Map.of(
                        "spec",
                        Map.of(
                            "containers",
                            List.of(
                                Map.of(
                                    "name",
                                    "manager",
                                    "args",
                                    List.of("--v=4", "--feature-gates=" + flag)))))))));
  }
}
