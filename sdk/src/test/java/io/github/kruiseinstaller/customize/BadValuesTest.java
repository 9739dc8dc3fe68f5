package io.github.kruiseinstaller.customize;

import static io.github.kruiseinstaller.customize.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.error.Failure;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that fit no release are refused before there is one. */
class BadValuesTest {
  static Stream<Arguments> badValues() {
    return Stream.of(
        bad("replicas(0)", "refuses every Pod", () -> Customizer.replicas(0)),
        bad("replicas(-1)", "refuses every Pod", () -> Customizer.replicas(-1)),
        bad("webhookPort(0)", "does not exist", () -> Customizer.webhookPort(0)),
        bad("metricsPort(65536)", "does not exist", () -> Customizer.metricsPort(65536)),
        bad("healthProbePort(-1)", "does not exist", () -> Customizer.healthProbePort(-1)),
        bad("daemonPort(0)", "does not exist", () -> Customizer.daemonPort(0)),
        bad("logLevel(11)", "out of range", () -> Customizer.logLevel(11)),
        bad("daemonLogLevel(-1)", "out of range", () -> Customizer.daemonLogLevel(-1)),
        bad("syncPeriod", "negative", () -> Customizer.syncPeriod(Duration.ofSeconds(-1))),
        bad("syncPeriod", "fractions", () -> Customizer.syncPeriod(Duration.ofMillis(1500))),
        bad("webhookTimeout", "1 to 30", () -> Customizer.webhookTimeout(Duration.ZERO)),
        bad("webhookTimeout", "1 to 30", () -> Customizer.webhookTimeout(Duration.ofSeconds(31))),
        bad("webhookTimeout", "1 to 30", () -> Customizer.webhookTimeout(Duration.ofMillis(2500))),
        bad("imagePullSecrets", "no Secret", () -> Customizer.imagePullSecrets()),
        bad("imagePullSecrets", "'Pull_Secret'", () -> Customizer.imagePullSecrets("Pull_Secret")),
        bad("nodeSelector", "nothing", () -> Customizer.nodeSelector(Map.of())),
        bad("nodeSelector", "'a b'", () -> Customizer.nodeSelector(Map.of("a b", "x"))),
        bad(
            "daemonNodeSelector",
            "label value",
            () -> Customizer.daemonNodeSelector(Map.of("a", "-"))),
        bad("labels", "'UPPER/a'", () -> Customizer.labels(Map.of("UPPER/a", "x"))),
        bad("labels", "label value", () -> Customizer.labels(Map.of("a", "x".repeat(64)))),
        bad("labels", "selectors", () -> Customizer.labels(Map.of("control-plane", "x"))),
        bad("annotations", "webhook list", () -> Customizer.annotations(Map.of("template", "x"))),
        bad("annotations", "'/a'", () -> Customizer.annotations(Map.of("/a", "x"))),
        bad(
            "serviceAccountAnnotations",
            "nothing",
            () -> Customizer.serviceAccountAnnotations(Map.of())),
        bad("daemonEnv", "nothing", () -> Customizer.daemonEnv(Map.of())),
        bad("daemonEnv", "'1A'", () -> Customizer.daemonEnv(Map.of("1A", "x"))),
        bad("daemonEnv", "NODE_NAME", () -> Customizer.daemonEnv(Map.of("NODE_NAME", "x"))),
        bad("featureGates", "no gate", () -> Customizer.featureGates(Map.of())),
        bad("featureGate", "'Pod=Webhook'", () -> Customizer.featureGate("Pod=Webhook", true)),
        bad("roleListGroups", "no group", () -> Customizer.roleListGroups()),
        bad("roleListGroups", "'Apps'", () -> Customizer.roleListGroups("Apps")),
        bad(
            "nodeAffinity",
            "'podAffinity'",
            () -> Customizer.nodeAffinity(Map.of("podAffinity", 1))),
        bad("daemonAffinity", "'node'", () -> Customizer.daemonAffinity(Map.of("node", Map.of()))),
        bad(
            "daemonAffinity.nodeAffinity",
            "'required'",
            () -> Customizer.daemonAffinity(Map.of("nodeAffinity", Map.of("required", 1)))),
        bad("nodeAffinity", "not JSON", () -> Customizer.nodeAffinity(notJson())));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("badValues")
  void option_whenValueIsBad_isRefusedAtOnce(String option, String problem, ThrowingCallable call) {
    Failure failure = refused(call);

    assertThat(failure.message()).startsWith(option).contains(problem);
    assertThat(failure.stage()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "kruise manager:v1",
        "https://registry.example.com/kruise:v1",
        "registry.example.com/Kruise:v1",
        "registry.example.com/kruise:",
        "registry.example.com/kruise@sha256:abc",
        "registry.example.com//kruise:v1",
        "/kruise:v1",
        "kruise:v1:v2",
        "registry.example.com:port/kruise:v1"
      })
  void image_whenNotAReference_isRefused(String reference) {
    assertThat(refused(() -> Customizer.image(reference)).message())
        .contains("not an image reference");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kruise", "registry.example.com:5000/openkruise/kruise-manager"})
  void image_whenWithoutTagAndDigest_isRefused(String reference) {
    assertThat(refused(() -> Customizer.image(reference)).message())
        .contains("neither tag nor digest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "https://registry.example.com", "mirror", "a.example.com/B", "a.b:port"})
  void registry_whenNotAHost_isRefused(String registry) {
    assertThat(refused(() -> Customizer.registry(registry)).message()).contains("not a registry");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "run", "/run/", "/run/../etc", "/run/./k3s", "/run/a b", "C:\\run"})
  void daemonSocketLocation_whenNotAnAbsoluteDirectory_isRefused(String directory) {
    assertThat(refused(() -> Customizer.daemonSocketLocation(directory)).message())
        .contains("not an absolute path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/run/containerd.sock", "../containerd.sock", "a/../b", "a b"})
  void daemonSocketFile_whenNotBelowTheDirectory_isRefused(String file) {
    assertThat(refused(() -> Customizer.daemonSocketFile(file)).message())
        .contains("not a file below");
  }

  private static Map<String, ?> notJson() {
    Map<String, Object> tree = new HashMap<>();
    tree.put("preferredDuringSchedulingIgnoredDuringExecution", List.of(Map.of(1, "x")));
    return tree;
  }

  private static Arguments bad(String option, String problem, ThrowingCallable call) {
    return Arguments.of(option, problem, call);
  }
}
