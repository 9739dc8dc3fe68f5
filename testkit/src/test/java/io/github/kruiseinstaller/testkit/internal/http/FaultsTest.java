package io.github.kruiseinstaller.testkit.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.fault.ApiRequest;
import io.github.kruiseinstaller.testkit.fault.Client;
import io.github.kruiseinstaller.testkit.fault.Effect;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import io.github.kruiseinstaller.testkit.fault.Faults;
import io.github.kruiseinstaller.testkit.fault.KillSwitch;
import io.github.kruiseinstaller.testkit.fault.Recorder;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rules, kills and records, without HTTP. */
final class FaultsTest {
  private static final Fault FAULT = new Fault.Truncation();

  private final Faults faults = new Faults();

  private static ApiRequest request(String verb, String resource, String name) {
    return new ApiRequest(
        "jane", "kubectl/v1", "GET", "/p", "", verb, resource, "", "ns", name, false);
  }

  private List<Integer> hits(UnaryOperator<FaultRule.Builder> how, int requests) {
    FaultRule rule = how.apply(FaultRule.when()).then(FAULT);
    faults.add(rule);
    return IntStream.rangeClosed(1, requests)
        .filter(i -> !faults.on(request("get", "pods", "p")).isEmpty())
        .boxed()
        .toList();
  }

  @Test
  void each() {
    assertThat(hits(rule -> rule, 3)).containsExactly(1, 2, 3);
  }

  @Test
  void nth() {
    assertThat(hits(rule -> rule.nth(2), 5)).containsExactly(2);
  }

  @Test
  void every() {
    assertThat(hits(rule -> rule.every(2), 5)).containsExactly(2, 4);
  }

  @Test
  void times() {
    assertThat(hits(rule -> rule.every(2).times(1), 6)).containsExactly(2);
  }

  @Test
  void chance_isTheSameEachTime() {
    List<Integer> first = hits(rule -> rule.probability(0.3, 7), 100);
    faults.clear();

    assertThat(hits(rule -> rule.probability(0.3, 7), 100)).isEqualTo(first);
    assertThat(first).hasSizeBetween(10, 60);
    faults.clear();
    assertThat(hits(rule -> rule.probability(0, 7), 10)).isEmpty();
  }

  @Test
  void conditions_mustAllHold() {
    FaultRule rule =
        FaultRule.when()
            .verb("get")
            .resource("pods")
            .subresource("")
            .namespace("ns")
            .name("p")
            .client(new Client("jane", "kubectl"))
            .then(FAULT);
    faults.add(rule);

    assertThat(faults.on(request("get", "pods", "p"))).containsExactly(FAULT);
    assertThat(faults.on(request("list", "pods", "p"))).isEmpty();
    assertThat(faults.on(request("get", "nodes", "p"))).isEmpty();
    assertThat(faults.on(request("get", "pods", "q"))).isEmpty();
    assertThat(faults.hits(rule)).isEqualTo(1);
    faults.remove(rule);
    assertThat(faults.on(request("get", "pods", "p"))).isEmpty();
    assertThat(faults.hits(rule)).isZero();
  }

  @Test
  void writes_areNoReadsAndNoDryRuns() {
    faults.add(FaultRule.when().writes().then(FAULT));

    assertThat(faults.on(request("get", "pods", "p"))).isEmpty();
    assertThat(faults.on(request("patch", "pods", "p"))).isNotEmpty();
    assertThat(
            faults.on(new ApiRequest("", "", "PATCH", "", "", "patch", "pods", "", "", "p", true)))
        .isEmpty();
  }

  @Test
  void client_byUserOrAgent() {
    assertThat(Client.ANY.matches("x", "y")).isTrue();
    assertThat(Client.user("x").matches("x", "y")).isTrue();
    assertThat(Client.user("x").matches("z", "y")).isFalse();
    assertThat(Client.agent("he").matches("x", "helm")).isTrue();
    assertThat(Client.agent("he").matches("x", "kubectl")).isFalse();
  }

  @Test
  void plan_addsDelays_andTheFirstDecides() {
    FaultPlan plan =
        FaultPlan.of(
            List.of(
                new Fault.Latency(Duration.ofMillis(5)),
                new Fault.Reset(Fault.Moment.AFTER_EFFECT),
                new Fault.Expired(),
                new Fault.Latency(Duration.ofMillis(6)),
                new Fault.LeaseClock(Duration.ofSeconds(1)),
                new Fault.LeaseClock(Duration.ofSeconds(2))));

    assertThat(plan.delay()).isEqualTo(Duration.ofMillis(11));
    assertThat(plan.leaseShift()).isEqualTo(Duration.ofSeconds(3));
    assertThat(plan.resets(Fault.Moment.AFTER_EFFECT)).isTrue();
    assertThat(plan.resets(Fault.Moment.BEFORE_EFFECT)).isFalse();
    assertThat(plan.label()).startsWith("latency 5ms, reset after effect, expired, ");
    assertThat(FaultPlan.of(List.of())).isSameAs(FaultPlan.NONE);
    assertThat(FaultPlan.NONE.resets(Fault.Moment.BEFORE_EFFECT)).isFalse();
  }

  @Test
  void labels() {
    assertThat(
            List.of(
                new Fault.Hang(Fault.Moment.BEFORE_EFFECT, null),
                new Fault.DroppedWatch(3),
                new Fault.StaleWatch(4),
                Fault.Answer.status(500, "InternalError", "x", 0)))
        .extracting(Fault::label)
        .containsExactly(
            "hang before effect", "watch dropped after 3", "watch stale after 4", "answer 500");
  }

  @Test
  void kill_beforeOrAfterTheNthRequest() {
    KillSwitch kills = new KillSwitch();
    List<String> told = new ArrayList<>();
    kills.whenKilled(() -> told.add("killed"));
    KillSwitch.Kill kill = kills.kill(Client.user("jane"), 2, Fault.Moment.AFTER_EFFECT);

    assertThat(kills.on("bob", "")).isEqualTo(KillSwitch.Verdict.SERVE);
    assertThat(kills.on("jane", "")).isEqualTo(KillSwitch.Verdict.SERVE);
    assertThat(kills.dead("jane", "")).isFalse();
    assertThat(told).isEmpty();
    assertThat(kills.on("jane", "")).isEqualTo(KillSwitch.Verdict.RESET_AFTER_EFFECT);
    assertThat(kills.on("jane", "")).isEqualTo(KillSwitch.Verdict.RESET);
    assertThat(kills.dead("jane", "")).isTrue();
    assertThat(kills.dead("bob", "")).isFalse();
    assertThat(kill.seen()).isEqualTo(3);
    assertThat(told).hasSize(2);
    kill.lift();
    assertThat(kills.on("jane", "")).isEqualTo(KillSwitch.Verdict.SERVE);
    assertThat(kills.dead("jane", "")).isFalse();
  }

  @Test
  void kill_severalForOneClient_theHarderWins() {
    KillSwitch kills = new KillSwitch();
    kills.kill(Client.ANY, 1, Fault.Moment.AFTER_EFFECT);
    kills.kill(Client.ANY, 1, Fault.Moment.BEFORE_EFFECT);

    assertThat(kills.on("x", "y")).isEqualTo(KillSwitch.Verdict.RESET);
  }

  @Test
  void recorder_numbersAndWaits() throws Exception {
    Recorder recorder = new Recorder();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      CompletableFuture<Recorder.Entry> waited =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return recorder.await(Recorder.Entry::done, Duration.ofSeconds(30)).orElseThrow();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              },
              other);
      long first = recorder.begin(request("get", "pods", "a"));
      long second = recorder.begin(request("get", "pods", "b"));
      recorder.end(second, 200, Effect.NONE, "", Duration.ofMillis(3));

      assertThat(waited.get(30, TimeUnit.SECONDS).request().name()).isEqualTo("b");
      assertThat(second).isEqualTo(first + 1);
      assertThat(recorder.entries()).extracting(Recorder.Entry::done).containsExactly(false, true);
      recorder.clear();
      recorder.end(first, 200, Effect.NONE, "", Duration.ZERO);
      assertThat(recorder.entries()).isEmpty();
      assertThat(recorder.begin(request("get", "pods", "c"))).isEqualTo(second + 1);
      assertThat(recorder.await(Recorder.Entry::done, Duration.ofMillis(1))).isEmpty();
    } finally {
      other.shutdown();
    }
  }

  @Test
  void leaseClock_leavesTheRestAlone() {
    ObjectNode pod = Json.object().put("kind", "Pod");
    pod.putObject("spec").put("renewTime", "2025-03-01T12:00:00Z");
    ObjectNode lease = Json.object().put("kind", "Lease");
    lease.putObject("spec").put("renewTime", "soon").put("acquireTime", "2025-03-01T12:00:00Z");
    ObjectNode empty = Json.object().put("kind", "Lease");

    for (ObjectNode object : List.of(pod, lease, empty)) {
      LeaseClock.shift(object, Duration.ofSeconds(30));
    }

    assertThat(pod.at("/spec/renewTime").asText()).isEqualTo("2025-03-01T12:00:00Z");
    assertThat(lease.at("/spec/renewTime").asText()).isEqualTo("soon");
    assertThat(lease.at("/spec/acquireTime").asText()).isEqualTo("2025-03-01T12:00:30.000000Z");
    assertThat(empty.has("spec")).isFalse();
  }
}
