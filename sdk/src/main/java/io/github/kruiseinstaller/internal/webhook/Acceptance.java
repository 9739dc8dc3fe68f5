package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Looks, through dry runs in an ordinary namespace, whether the armed webhooks do their work: a
 * valid CloneSet gets the manager's defaults, an invalid one is denied by the webhook that should
 * deny it, a plain Pod passes. Stores nothing.
 */
public final class Acceptance {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(35);
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(20);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(200);
  private static final String DEFAULT_NAMESPACE = "default";
  private static final String REMEDY =
      "Look at the manager's log and at the live webhook configurations: something takes the"
          + " webhooks out again, or the manager answers otherwise than its release should. Then"
          + " run the installation again.";

  private final Cluster cluster;
  private final RunControl control;
  private final RandomGenerator random;

  /**
   * Checks on a cluster.
   *
   * @param cluster bound to the run
   * @param control the run's deadline, clock and cancellation
   * @param random for names that nobody else has
   */
  public Acceptance(Cluster cluster, RunControl control, RandomGenerator random) {
    this.cluster = cluster;
    this.control = control;
    this.random = random;
  }

  /**
   * Checks, and checks again for up to ten seconds while the API server may not have seen the armed
   * configurations yet.
   *
   * @param release the release's configurations
   * @param managerNamespace the manager's namespace, which the webhooks leave out
   * @return what was shown; what the release lacks, or others deny, is a note
   * @throws InstallException VERIFICATION_FAILED when the webhooks do not do their work
   * @throws java.util.concurrent.CancellationException when the run is cancelled
   */
  public AcceptanceResult check(List<Manifest> release, String managerNamespace) {
    Optional<String> namespace = chooseNamespace(release, managerNamespace);
    if (namespace.isEmpty()) {
      return new AcceptanceResult(
          List.of(), List.of("no namespace but system ones: the webhooks' answers were not tried"));
    }
    Map<String, String> done = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>();
    long end = control.time().nanos() + control.deadline().atMost(PATIENCE).toNanos();
    AcceptanceChecks checks =
        new AcceptanceChecks(release, namespace.get(), String.format("%08x", random.nextInt()));
    Duration wait = SHORTEST_WAIT;
    while (true) {
      control.cancellation().check();
      checks.readLive(live(release));
      Optional<AcceptanceChecks.Verdict> open = firstOpen(checks, done, notes);
      if (open.isEmpty()) {
        return new AcceptanceResult(List.copyOf(done.values()), notes);
      }
      if (control.time().nanos() >= end) {
        throw failure(open.get(), namespace.get());
      }
      control.sleep(wait);
      wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
    }
  }

  /**
   * Looks once, and at everything, at how it is now.
   *
   * @param configurations the live configurations, or those of a release
   * @param managerNamespace the manager's namespace, which the webhooks leave out
   * @param patience how long to wait for each answer
   * @return a finding for each question
   * @throws ClusterException when the namespaces or the live configurations cannot be read
   */
  public List<AcceptanceFinding> look(
      List<Manifest> configurations, String managerNamespace, Duration patience) {
    Optional<String> namespace = chooseNamespace(configurations, managerNamespace);
    AcceptanceChecks checks =
        new AcceptanceChecks(
            configurations,
            namespace.orElse(DEFAULT_NAMESPACE),
            String.format("%08x", random.nextInt()));
    checks.readLive(live(configurations));
    List<AcceptanceFinding> findings = new ArrayList<>();
    for (AcceptanceChecks.Check check : checks.all()) {
      findings.add(
          namespace.isEmpty()
              ? AcceptanceFinding.untried(
                  check.question(), "no namespace but system ones: not tried")
              : look(check, patience));
    }
    return findings;
  }

  private AcceptanceFinding look(AcceptanceChecks.Check check, Duration patience) {
    Manifest probe = check.probe();
    if (probe == null) {
      return AcceptanceFinding.untried(check.question(), check.onSkip().text());
    }
    try (Cluster.Prober prober = cluster.prober()) {
      return AcceptanceFinding.of(
          check.question(),
          check.onAccepted(prober.create(probe, control.deadline().atMost(patience))));
    } catch (ClusterException e) {
      return ProofAnswer.isRbac(e)
          ? AcceptanceFinding.unseen(check.question(), e.answer().message())
          : AcceptanceFinding.of(check.question(), check.onRefused(e));
    }
  }

  /** Runs what is not done yet; the first check that is not settled, if any. */
  private Optional<AcceptanceChecks.Verdict> firstOpen(
      AcceptanceChecks checks, Map<String, String> done, List<String> notes) {
    try (Cluster.Prober prober = cluster.prober()) {
      return firstOpen(prober, checks, done, notes);
    }
  }

  private Optional<AcceptanceChecks.Verdict> firstOpen(
      Cluster.Prober prober,
      AcceptanceChecks checks,
      Map<String, String> done,
      List<String> notes) {
    for (AcceptanceChecks.Check check : checks.all()) {
      if (done.containsKey(check.name()) || notes.stream().anyMatch(check::isNotedBy)) {
        continue;
      }
      AcceptanceChecks.Verdict verdict = run(prober, check);
      switch (verdict.kind()) {
        case SHOWN -> done.put(check.name(), verdict.text());
        case NOTED -> notes.add(check.name() + ": " + verdict.text());
        case OPEN -> {
          return Optional.of(verdict);
        }
      }
    }
    return Optional.empty();
  }

  private AcceptanceChecks.Verdict run(Cluster.Prober prober, AcceptanceChecks.Check check) {
    Manifest probe = check.probe();
    if (probe == null) {
      return check.onSkip();
    }
    try {
      return check.onAccepted(prober.create(probe, control.deadline().atMost(PROBE_TIMEOUT)));
    } catch (ClusterException e) {
      return check.onRefused(e);
    }
  }

  private List<Manifest> live(List<Manifest> release) {
    List<Manifest> live = new ArrayList<>();
    for (Manifest wanted : WebhookConfigurations.in(release)) {
      cluster.get(wanted.ref()).ifPresent(live::add);
    }
    return live;
  }

  /** A namespace that the Pod webhooks intercept: {@code default} where possible. */
  private Optional<String> chooseNamespace(List<Manifest> release, String managerNamespace) {
    return cluster.list(Query.all("v1", "Namespace", null)).items().stream()
        .filter(namespace -> !namespace.name().equals(managerNamespace))
        .filter(namespace -> !namespace.name().startsWith("kube-"))
        .filter(namespace -> namespace.at("metadata", "deletionTimestamp") == null)
        .filter(namespace -> interceptsPodsIn(release, namespace))
        .map(Manifest::name)
        .min(
            Comparator.<String>comparingInt(name -> name.equals(DEFAULT_NAMESPACE) ? 0 : 1)
                .thenComparing(Comparator.naturalOrder()))
        .filter(name -> !name.isEmpty());
  }

  private static boolean interceptsPodsIn(List<Manifest> release, Manifest namespace) {
    Map<String, String> labels = BlastRadius.labelsWithName(namespace);
    return WebhookConfigurations.in(release).stream()
        .flatMap(configuration -> Webhooks.entries(configuration).stream())
        .filter(Webhooks::interceptsPods)
        .map(entry -> (@Nullable Object) entry.get("namespaceSelector"))
        .allMatch(selector -> Selectors.matches(selector, labels));
  }

  private static InstallException failure(AcceptanceChecks.Verdict verdict, String namespace) {
    return new InstallException(
        Failure.of(FailureCode.VERIFICATION_FAILED, verdict.text(), REMEDY)
            .in(Stage.VERIFY)
            .about(ObjectRef.cluster("v1", "Namespace", namespace))
            .seen(verdict.evidence()));
  }
}
