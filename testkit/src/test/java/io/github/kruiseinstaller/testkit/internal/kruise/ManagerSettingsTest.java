package io.github.kruiseinstaller.testkit.internal.kruise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagerSettingsTest {
  private static ManagerSettings settings(int minor, String container) {
    ObjectNode pod = Json.object();
    Nodes.object(pod, "metadata").put("namespace", "elsewhere");
    return ManagerSettings.of(
        new ManagerVersion(1, minor, 0),
        pod,
        Json.parse(container.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void of_whenNothingIsSaid_hasTheDefaults() {
    ManagerSettings settings = settings(8, "{}");
    assertThat(settings.namespace()).isEqualTo("kruise-system");
    assertThat(settings.secretName()).isEqualTo("kruise-webhook-certs");
    assertThat(settings.webhookPort()).isEqualTo(9876);
    assertThat(settings.leaderElection()).isTrue();
    assertThat(settings.leaseName()).isEqualTo("kruise-manager");
    assertThat(settings.hostName()).isEqualTo("kruise-webhook-service.kruise-system.svc");
  }

  @Test
  void of_readsEnvironmentAndArguments() {
    ManagerSettings settings =
        settings(
            8,
            "{'env':[{'name':'POD_NAMESPACE','valueFrom':{'fieldRef':{'fieldPath':"
                + "'metadata.namespace'}}},{'name':'WEBHOOK_PORT','value':'9443'},"
                + "{'name':'SERVICE_NAME','value':'svc'},{'name':'SECRET_NAME','value':''}],"
                + "'args':['--enable-leader-election=false','--leader-election-namespace','here',"
                + "'-leader-election-id=lock','--feature-gates=PodWebhook=false']}");
    assertThat(settings.hostName()).isEqualTo("svc.elsewhere.svc");
    assertThat(settings.webhookPort()).isEqualTo(9443);
    assertThat(settings.secretName()).isEqualTo("kruise-webhook-certs");
    assertThat(settings.leaderElection()).isFalse();
    assertThat(settings.leaseNamespace()).isEqualTo("here");
    assertThat(settings.leaseName()).isEqualTo("lock");
    assertThat(settings.gates().enabled(FeatureGates.POD_WEBHOOK)).isFalse();
  }

  @Test
  void of_whenThePortIsNoNumber_takesTheDefault() {
    assertThat(settings(8, "{'env':[{'name':'WEBHOOK_PORT','value':'many'}]}").webhookPort())
        .isEqualTo(9876);
  }

  @ParameterizedTest
  @CsvSource({
    "1m30s, 90000",
    "500ms, 500",
    "2h, 7200000",
    "soon, 60000",
    "5s!, 60000",
    "x5s, 60000",
  })
  void initializeTimeout_isReadAsGoReadsDurations(String text, long millis) {
    ManagerSettings settings =
        settings(9, "{'args':['--webhook-initialize-timeout=" + text + "']}");
    assertThat(settings.initializeTimeout()).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void argument_theLastOneCounts_andCommandsAreLookedAtToo() {
    ObjectNode container = Json.object();
    container.putArray("command").add("/manager").add("--a=1").add("--flag");
    container.putArray("args").add("--a=2").add("--b").add("3").add("4");
    assertThat(ManagerSettings.argument(container, "a")).contains("2");
    assertThat(ManagerSettings.argument(container, "b")).contains("3");
    assertThat(ManagerSettings.argument(container, "flag")).contains("true");
    assertThat(ManagerSettings.argument(container, "c")).isEmpty();
  }
}
