package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.Fault.Moment;
import io.github.kruiseinstaller.testkit.fault.FaultRule.Turn;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * All that goes wrong in one run.
 *
 * @param plight with the cluster
 * @param mishaps with requests
 */
record FaultSequence(Plight plight, List<Mishap> mishaps) {
  private static final List<String> VERBS =
      List.of("", "get", "list", "create", "patch", "update", "delete");
  private static final List<String> WRITES = List.of("create", "patch", "update");
  private static final List<String> RESOURCES =
      List.of(
          "",
          "namespaces",
          "customresourcedefinitions.apiextensions.k8s.io",
          "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io",
          "secrets",
          "services",
          "serviceaccounts",
          "clusterroles.rbac.authorization.k8s.io",
          "clusterrolebindings.rbac.authorization.k8s.io",
          "deployments.apps",
          "daemonsets.apps",
          "replicasets.apps",
          "pods",
          "events",
          "endpointslices.discovery.k8s.io",
          "selfsubjectaccessreviews.authorization.k8s.io",
          "clonesets.apps.kruise.io");
  private static final int LONGEST = 4;
  private static final int LATE_REQUEST = 12;

  /** Whether something cannot be done at all while it lasts. */
  boolean hasOutage() {
    return mishaps.stream().anyMatch(Mishap::isOutage);
  }

  @Override
  public String toString() {
    return plight + " " + mishaps;
  }

  /** Any of them; those that need their whole deadline are rarer. */
  static Arbitrary<FaultSequence> any() {
    return Combinators.combine(plights(), mishap().list().ofMaxSize(LONGEST))
        .as(FaultSequence::new);
  }

  private static Arbitrary<Plight> plights() {
    return Arbitraries.frequency(
        Tuple.of(6, Plight.HEALTHY),
        Tuple.of(3, Plight.SLOW_MANAGER),
        Tuple.of(3, Plight.OLD_CONNECTIONS_DROPPED),
        Tuple.of(3, Plight.UNLABELLED_NAMESPACE),
        Tuple.of(4, Plight.DEAD_INCIDENT),
        Tuple.of(1, Plight.CRASH_LOOP),
        Tuple.of(1, Plight.IMAGE_MISSING),
        Tuple.of(1, Plight.NEVER_READY),
        Tuple.of(1, Plight.UNSCHEDULABLE));
  }

  private static Arbitrary<Mishap> mishap() {
    return Arbitraries.frequencyOf(
        Tuple.of(5, mishap(Arbitraries.of(VERBS), anyRequest())),
        Tuple.of(3, mishap(Arbitraries.of(WRITES), conflicts())),
        Tuple.of(2, mishap(Arbitraries.just("watch"), watches())));
  }

  private static Arbitrary<Mishap> mishap(Arbitrary<String> verbs, Arbitrary<Fault> faults) {
    return Combinators.combine(verbs, Arbitraries.of(RESOURCES), turns(), times(), faults)
        .as(Mishap::new);
  }

  private static Arbitrary<Turn> turns() {
    return Arbitraries.frequencyOf(
        Tuple.of(5, Arbitraries.integers().between(1, LATE_REQUEST).map(Turn.Nth::new)),
        Tuple.of(4, Arbitraries.integers().between(2, LATE_REQUEST).map(Turn.Every::new)),
        Tuple.of(2, chances()),
        Tuple.of(1, Arbitraries.create(Turn.Each::new)));
  }

  private static Arbitrary<Turn> chances() {
    return Combinators.combine(
            Arbitraries.integers().between(5, 40), Arbitraries.longs().between(0, 1_000))
        .as((percent, seed) -> new Turn.Chance(percent / 100.0, seed));
  }

  private static Arbitrary<Integer> times() {
    return Arbitraries.frequencyOf(
        Tuple.of(1, Arbitraries.just(0)), Tuple.of(2, Arbitraries.integers().between(1, 5)));
  }

  private static Arbitrary<Fault> anyRequest() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            answer(500, "InternalError", "Internal error occurred: etcdserver: leader changed", 0),
            answer(500, "", "rpc error: code = Unavailable", 0),
            Fault.Answer.unavailable(0),
            Fault.Answer.unavailable(1),
            Fault.Answer.tooManyRequests(0),
            Fault.Answer.tooManyRequests(1),
            answer(504, "Timeout", "Timeout: request did not complete within the timeout", 0),
            new Fault.Answer(502, 0, "text/html", "<html><h1>502 Bad Gateway</h1></html>")),
        Arbitraries.integers().between(1, 150).map(millis -> new Fault.Latency(millis(millis))),
        moments().map(Fault.Reset::new),
        Combinators.combine(moments(), Arbitraries.integers().between(20, 300))
            .as((moment, millis) -> new Fault.Hang(moment, millis(millis))),
        Arbitraries.create(Fault.Truncation::new));
  }

  private static Arbitrary<Fault> conflicts() {
    return Arbitraries.just(
        answer(
            409,
            "Conflict",
            "Operation cannot be fulfilled: the object has been modified; please apply your"
                + " changes to the latest version and try again",
            0));
  }

  private static Arbitrary<Fault> watches() {
    Arbitrary<Integer> events = Arbitraries.integers().between(0, 3);
    return Arbitraries.oneOf(
        events.map(Fault.DroppedWatch::new),
        events.map(Fault.StaleWatch::new),
        Arbitraries.create(Fault.Expired::new),
        anyRequest());
  }

  private static Arbitrary<Moment> moments() {
    return Arbitraries.of(Moment.values());
  }

  private static Fault answer(int status, String reason, String message, int retryAfter) {
    return Fault.Answer.status(status, reason, message, retryAfter);
  }

  private static Duration millis(int count) {
    return Duration.ofMillis(count);
  }
}
