package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
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
  private final Workers workers;
  private final RandomGenerator random;

  /**
   * Checks on a cluster.
   *
   * @param cluster bound to the run
   * @param control the run's deadline, clock and cancellation
   * @param workers the run's threads
   * @param random for names that nobody else has
   */
  public Acceptance(Cluster cluster, RunControl control, Workers workers, RandomGenerator random) {
    this.cluster = cluster;
    this.control = control;
    this.workers = workers;
    this.random = random;
  }

  /**
   * Checks, and checks again for up to ten seconds while the API server may not have seen the armed
   * configurations yet. The checks of a round go out at once.
   *
   * @param release the release's configurations
   * @param managerNamespace the manager's namespace, which the webhooks leave out
   * @return what was shown; what the release lacks, or others deny, is a note
   * @throws InstallException VERIFICATION_FAILED when the webhooks do not do their work
   * @throws java.util.concurrent.CancellationException when the run is cancelled
   */
  public AcceptanceResult check(List<Manifest> release, String managerNamespace) {
    Future<List<Manifest>> namespaces =
        workers.start(() -> cluster.list(Query.all("v1", "Namespace", null)).items());
    List<Manifest> live = live(release);
    Optional<String> namespace =
        chooseNamespace(workers.join(namespaces), release, managerNamespace);
    if (namespace.isEmpty()) {
      return new AcceptanceResult(
          List.of(),
          List.of("no namespace but system ones: the webhooks' answers were not tried"),
          Duration.ZERO);
    }
    AcceptanceChecks checks =
        new AcceptanceChecks(
            release, namespace.get(), HexFormat.of().toHexDigits(random.nextInt()), PROBE_TIMEOUT);
    Map<String, AcceptanceChecks.Verdict> settled = new HashMap<>();
    long start = control.time().nanos();
    long end = start + control.deadline().atMost(PATIENCE).toNanos();
    Duration wait = SHORTEST_WAIT;
    while (true) {
      control.cancellation().check();
      long round = control.time().nanos();
      checks.readLive(live);
      Optional<AcceptanceChecks.Verdict> open = firstOpen(checks, settled);
      if (open.isEmpty()) {
        return result(checks, settled, Duration.ofNanos(round - start));
      }
      if (control.time().nanos() >= end) {
        throw failure(open.get(), namespace.get());
      }
      control.sleep(wait);
      wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
      live = live(release);
    }
  }

  /**
   * Looks once, and at everything, at how it is now.
   *
   * @param configurations the live configurations, or those of a release
   * @param others the live configurations of others: where their webhooks can keep an answer for as
   *     long as it is waited for, nothing follows from there being none
   * @param managerNamespace the manager's namespace, which the webhooks leave out
   * @param patience how long to wait for each answer
   * @return a finding for each question
   * @throws ClusterException when the namespaces or the live configurations cannot be read
   */
  public List<AcceptanceFinding> look(
      List<Manifest> configurations,
      List<Manifest> others,
      String managerNamespace,
      Duration patience) {
    List<Manifest> namespaces = cluster.list(Query.all("v1", "Namespace", null)).items();
    Optional<String> namespace = chooseNamespace(namespaces, configurations, managerNamespace);
    AcceptanceChecks checks =
        new AcceptanceChecks(
            configurations,
            namespace.orElse(DEFAULT_NAMESPACE),
            HexFormat.of().toHexDigits(random.nextInt()),
            patience);
    Slowness slowness = new Slowness(others, namespaces, namespace.orElse(""), patience);
    checks.readLive(live(configurations));
    List<AcceptanceFinding> findings = new ArrayList<>();
    for (AcceptanceChecks.Check check : checks.all()) {
      findings.add(
          namespace.isEmpty()
              ? AcceptanceFinding.untried(
                  check.question(), "no namespace but system ones: not tried")
              : look(check, slowness));
    }
    return findings;
  }

  private AcceptanceFinding look(AcceptanceChecks.Check check, Slowness slowness) {
    Manifest probe = check.probe();
    if (probe == null) {
      return AcceptanceFinding.untried(check.question(), check.onSkip().text());
    }
    try (Cluster.Prober prober = cluster.prober()) {
      return AcceptanceFinding.of(
          check.question(),
          check.onAccepted(prober.create(probe, control.deadline().atMost(slowness.patience()))));
    } catch (ClusterException e) {
      if (ProofAnswer.isRbac(e)) {
        return AcceptanceFinding.unseen(
            check.question(), "the caller may not ask in dry run: " + e.answer().message());
      }
      AcceptanceFinding finding = AcceptanceFinding.of(check.question(), check.onRefused(e));
      List<String> slow = AcceptanceChecks.isSilence(e) ? slowness.of(probe) : List.of();
      return slow.isEmpty()
          ? finding
          : AcceptanceFinding.unseen(
              check.question(),
              finding.text() + ", which webhooks of others may account for: " + slow);
    }
  }

  /**
   * Who else may keep an answer.
   *
   * @param others the configurations of others
   * @param namespaces the live namespaces
   * @param namespace the name of the one that is asked for
   * @param patience how long an answer is waited for
   */
  private record Slowness(
      List<Manifest> others, List<Manifest> namespaces, String namespace, Duration patience) {
    /** The webhooks of others that can use up the patience with a probe; else none. */
    List<String> of(Manifest probe) {
      Manifest where =
          namespaces.stream()
              .filter(each -> each.name().equals(namespace))
              .findFirst()
              .orElse(null);
      ProbeWebhooks asked =
          probe.isKind("Pod")
              ? ProbeWebhooks.ofPod(others, where)
              : ProbeWebhooks.ofCloneSet(others, where);
      return asked.longest().compareTo(patience) >= 0 ? asked.names() : List.of();
    }
  }

  /** Runs what is not settled yet, all at once; the first check that stays open, if any. */
  private Optional<AcceptanceChecks.Verdict> firstOpen(
      AcceptanceChecks checks, Map<String, AcceptanceChecks.Verdict> settled) {
    List<AcceptanceChecks.Check> due =
        checks.all().stream().filter(check -> !settled.containsKey(check.name())).toList();
    List<AcceptanceChecks.Verdict> verdicts = workers.map(due, this::run);
    Optional<AcceptanceChecks.Verdict> open = Optional.empty();
    for (int i = 0; i < due.size(); i++) {
      AcceptanceChecks.Verdict verdict = verdicts.get(i);
      if (verdict.kind() != AcceptanceChecks.Verdict.Kind.OPEN) {
        settled.put(due.get(i).name(), verdict);
      } else if (open.isEmpty()) {
        open = Optional.of(verdict);
      }
    }
    return open;
  }

  private static AcceptanceResult result(
      AcceptanceChecks checks, Map<String, AcceptanceChecks.Verdict> settled, Duration waited) {
    List<String> shown = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (AcceptanceChecks.Check check : checks.all()) {
      AcceptanceChecks.Verdict verdict = Objects.requireNonNull(settled.get(check.name()));
      if (verdict.kind() == AcceptanceChecks.Verdict.Kind.SHOWN) {
        shown.add(verdict.text());
      } else {
        notes.add(check.name() + ": " + verdict.text());
      }
    }
    return new AcceptanceResult(shown, notes, waited);
  }

  /** One check, over a connection of its own. */
  private AcceptanceChecks.Verdict run(AcceptanceChecks.Check check) {
    Manifest probe = check.probe();
    if (probe == null) {
      return check.onSkip();
    }
    try (Cluster.Prober prober = cluster.prober()) {
      return check.onAccepted(prober.create(probe, control.deadline().atMost(PROBE_TIMEOUT)));
    } catch (ClusterException e) {
      return check.onRefused(e);
    }
  }

  private List<Manifest> live(List<Manifest> release) {
    return workers
        .map(WebhookConfigurations.in(release), wanted -> cluster.get(wanted.ref()))
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /** A namespace that the Pod webhooks intercept: {@code default} where possible. */
  private static Optional<String> chooseNamespace(
      List<Manifest> namespaces, List<Manifest> release, String managerNamespace) {
    return namespaces.stream()
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
