package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The checks after arming: what is sent, and what the answers mean. Checks may be run by several
 * threads at once, but not while the live configurations are read.
 */
final class AcceptanceChecks {
  private static final String GROUP = "apps.kruise.io";
  private static final String CLONE_SETS = "clonesets";
  private static final int GATEWAY_TIMEOUT = 504;

  private final String cloneSetVersion;
  private final String namespace;
  private final String random;
  private final Duration patience;
  private final Set<String> names = new LinkedHashSet<>();
  private final Set<String> defaulters = new LinkedHashSet<>();
  private final Set<String> validators = new LinkedHashSet<>();

  AcceptanceChecks(List<Manifest> release, String namespace, String random, Duration patience) {
    this.cloneSetVersion = ProofConfiguration.CloneSetVersion.of(release);
    this.namespace = namespace;
    this.random = random;
    this.patience = patience;
    release.forEach(this::addNames);
  }

  /** What the live configurations hold decides what can be expected: the manager drops entries. */
  void readLive(List<Manifest> live) {
    defaulters.clear();
    validators.clear();
    for (Manifest configuration : live) {
      addNames(configuration);
      Set<String> into = configuration.isKind(Webhooks.MUTATING) ? defaulters : validators;
      for (Map<String, @Nullable Object> entry : Webhooks.entries(configuration)) {
        if (Webhooks.interceptsCreation(entry, GROUP, CLONE_SETS)) {
          into.add(Webhooks.name(entry));
        }
      }
    }
  }

  List<Check> all() {
    return List.of(new PodPasses(), new ValidCloneSet(), new InvalidCloneSet());
  }

  private void addNames(Manifest configuration) {
    Webhooks.entries(configuration).forEach(entry -> names.add(Webhooks.name(entry)));
  }

  /** Whether nothing is said, not even who is waited for. */
  static boolean isSilence(ClusterException e) {
    return ProofAnswer.uncallable(e).isEmpty()
        && ProofAnswer.denier(e).isEmpty()
        && (e.status() == ClusterException.NO_ANSWER || e.status() == GATEWAY_TIMEOUT);
  }

  /** What a refusal means that should not have been: ours to wait for, or somebody else's. */
  private Verdict refused(String what, ClusterException e) {
    String message = e.answer().message();
    String culprit = ProofAnswer.uncallable(e) + ProofAnswer.denier(e);
    if (names.contains(culprit)) {
      return Verdict.open(what + " is refused by " + culprit, message);
    }
    if (isSilence(e)) {
      return Verdict.open(what + " gets no answer within " + patience.toSeconds() + " s", message);
    }
    return Verdict.noted("not shown, because something else refuses the probe: " + message);
  }

  /** One check. */
  interface Check {
    String name();

    AcceptanceFinding.Question question();

    /** What to send, or null when there is nothing to try. */
    @Nullable Manifest probe();

    Verdict onSkip();

    Verdict onAccepted(Manifest answer);

    Verdict onRefused(ClusterException e);
  }

  private final class PodPasses implements Check {
    @Override
    public String name() {
      return "plain Pod";
    }

    @Override
    public AcceptanceFinding.Question question() {
      return AcceptanceFinding.Question.POD_PASSES;
    }

    @Override
    public Manifest probe() {
      return ProbeObjects.pod(namespace, random, Map.of());
    }

    @Override
    public Verdict onSkip() {
      throw new IllegalStateException("a Pod can always be tried");
    }

    @Override
    public Verdict onAccepted(Manifest answer) {
      return Verdict.shown("a plain Pod passes in " + namespace);
    }

    @Override
    public Verdict onRefused(ClusterException e) {
      return refused("a plain Pod", e);
    }
  }

  private final class ValidCloneSet implements Check {
    @Override
    public String name() {
      return "valid CloneSet";
    }

    @Override
    public AcceptanceFinding.Question question() {
      return AcceptanceFinding.Question.MUTATES;
    }

    @Override
    public @Nullable Manifest probe() {
      return defaulters.isEmpty() && validators.isEmpty()
          ? null
          : ProbeObjects.cloneSet(cloneSetVersion, namespace, random, Map.of());
    }

    @Override
    public Verdict onSkip() {
      return Verdict.noted("not tried, because no webhook for CloneSets is armed");
    }

    @Override
    public Verdict onAccepted(Manifest answer) {
      if (defaulters.isEmpty()) {
        return Verdict.shown("a valid CloneSet is accepted");
      }
      return ProbeObjects.isDefaulted(answer)
          ? Verdict.shown("a valid CloneSet gets the manager's defaults")
          : Verdict.open(
              "a CloneSet does not get the manager's defaults",
              "accepted, but " + defaulters + " did not fill in spec.revisionHistoryLimit");
    }

    @Override
    public Verdict onRefused(ClusterException e) {
      return e.isNotFound()
          ? Verdict.noted("not tried, because the cluster has no CloneSets")
          : refused("a valid CloneSet", e);
    }
  }

  private final class InvalidCloneSet implements Check {
    @Override
    public String name() {
      return "invalid CloneSet";
    }

    @Override
    public AcceptanceFinding.Question question() {
      return AcceptanceFinding.Question.DENIES;
    }

    @Override
    public @Nullable Manifest probe() {
      return validators.isEmpty()
          ? null
          : ProbeObjects.invalidCloneSet(cloneSetVersion, namespace, random);
    }

    @Override
    public Verdict onSkip() {
      return Verdict.noted("not tried, because no validating webhook for CloneSets is armed");
    }

    @Override
    public Verdict onAccepted(Manifest answer) {
      return Verdict.open(
          "an invalid CloneSet is accepted",
          "accepted, although " + validators + " should have denied it");
    }

    @Override
    public Verdict onRefused(ClusterException e) {
      if (validators.contains(ProofAnswer.denier(e))) {
        return Verdict.shown("an invalid CloneSet is denied by " + ProofAnswer.denier(e));
      }
      return e.isNotFound()
          ? Verdict.noted("not tried, because the cluster has no CloneSets")
          : refused("an invalid CloneSet", e);
    }
  }

  /**
   * What an answer means.
   *
   * @param evidence the API server's words, for open ones
   */
  record Verdict(Kind kind, String text, List<String> evidence) {
    enum Kind {
      SHOWN,
      NOTED,
      OPEN
    }

    Verdict {
      evidence = List.copyOf(evidence);
    }

    static Verdict shown(String text) {
      return new Verdict(Kind.SHOWN, text, new ArrayList<>());
    }

    static Verdict noted(String text) {
      return new Verdict(Kind.NOTED, text, new ArrayList<>());
    }

    static Verdict open(String text, String evidence) {
      return new Verdict(Kind.OPEN, text, List.of(evidence));
    }
  }
}
