package io.github.kruiseinstaller.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.TestControl;
import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplicaProofTest {
  private static final Manifest SERVICE =
      Manifest.of(
          Map.of(
              "apiVersion",
              "v1",
              "kind",
              "Service",
              "metadata",
              Map.of("name", "webhooks", "namespace", "ns"),
              "spec",
              Map.of("ports", List.of(Map.of("port", 443L, "targetPort", "webhook")))));

  private final FakeCluster cluster = new FakeCluster();
  private final List<String> asked = new ArrayList<>();

  @Test
  void run_asksEveryReplicaUntilItHasAnswered() {
    cluster.onServiceProxy(
        (target, port, path) -> {
          asked.add(target.kind() + " " + target.name() + ":" + port + path);
          if (asked.size() == 2) {
            throw refused(503, "error trying to reach service: connection refused");
          }
          return "ok";
        });

    assertThat(run(Duration.ofMinutes(1), "a", "b")).isEmpty();
    assertThat(asked)
        .containsExactly("Pod a:9876/healthz", "Pod b:9876/healthz", "Pod b:9876/healthz");
  }

  @Test
  void run_whenAReplicaStaysSilent_failsAfterHalfAMinuteAndNamesIt() {
    cluster.onServiceProxy(
        (target, port, path) -> {
          throw refused(503, "error trying to reach service: dial tcp: connection refused");
        });

    long start = cluster.time().nanos();
    Failure failure = failure(Duration.ofMinutes(5));

    assertThat(failure.code()).isEqualTo(FailureCode.PROOF_FAILED);
    assertThat(failure.object()).isEqualTo(pod("a").ref());
    assertThat(failure.message()).contains("connection refused").contains("no request");
    assertThat(failure.evidence()).anyMatch(line -> line.contains("dial tcp"));
    assertThat(Duration.ofNanos(cluster.time().nanos() - start))
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
  }

  @Test
  void run_whenTheDeadlinePassesFirst_failsWithTheLastAnswer() {
    cluster.onServiceProxy(
        (target, port, path) -> {
          throw refused(503, "error trying to reach service: i/o timeout");
        });

    assertThat(failure(Duration.ofSeconds(3)).evidence())
        .containsExactly("error trying to reach service: i/o timeout");
  }

  @Test
  void run_whenPodsMayNotBeAsked_saysSoAndGoesOn() {
    cluster.onServiceProxy(
        (target, port, path) -> {
          throw refused(403, "User \"x\" cannot get resource \"pods/proxy\"");
        });

    assertThat(run(Duration.ofMinutes(1), "a").orElseThrow()).contains("pods/proxy");
  }

  private static RuntimeException refused(int status, String message) {
    return FakeCluster.refusal("proxy", null, status, "", message);
  }

  private Failure failure(Duration timeout) {
    InstallException thrown = catchThrowableOfType(InstallException.class, () -> run(timeout, "a"));
    return thrown.failure();
  }

  private Optional<String> run(Duration timeout, String... replicas) {
    RunControl control = TestControl.within(timeout, cluster.time());
    return new ReplicaProof(cluster, control)
        .run(SERVICE, List.of(replicas).stream().map(ReplicaProofTest::pod).toList());
  }

  private static Manifest pod(String name) {
    return Manifest.of(
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "Pod",
            "metadata",
            Map.of("name", name, "namespace", "ns"),
            "spec",
            Map.of(
                "containers",
                List.of(
                    Map.of(
                        "name",
                        "manager",
                        "ports",
                        List.of(
                            Map.of("name", "metrics", "containerPort", 8080L),
                            Map.of("name", "webhook", "containerPort", 9876L)))))));
  }
}
