package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows, through the API server itself, that requests to the webhook Service are answered by the
 * manager over trusted TLS, without touching anybody's request: a temporary configuration
 * intercepts only dry-run objects with a private random label.
 *
 * <p>A proof is a round of probes. The first goes to a path that nobody serves: only a trusted,
 * routed call gives "not found", so its answer also shows that the API server has seen the
 * configuration. The others go to the paths that the release's webhooks call for pods, and must be
 * accepted. All go over one connection, so that it is the same API server which has shown that it
 * knows the configuration.
 *
 * <p>Used by one thread.
 */
public final class Proof {
  private static final Logger LOG = LoggerFactory.getLogger(Proof.class);
  private static final Duration PROBE_TIMEOUT =
      Duration.ofSeconds(ProofConfiguration.TIMEOUT_SECONDS + 3);
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(25);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

  /** How long an answer that seldom passes by itself is borne. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Cluster cluster;
  private final Supplier<Cluster> cleanup;
  private final RunControl control;
  private final RandomGenerator random;

  /** Whether the temporary configuration may exist: an attempt whose answer is unknown counts. */
  private boolean mayExist;

  /** The temporary configuration that was there when the rounds that count began. */
  private @Nullable String uid;

  /**
   * A proof.
   *
   * @param cluster bound to the run
   * @param cleanup makes the same cluster, usable for a short time from then on although the run
   *     has been cancelled or its deadline has passed
   * @param control the run's deadline, clock and cancellation
   * @param random for names that nobody else has
   */
  public Proof(
      Cluster cluster, Supplier<Cluster> cleanup, RunControl control, RandomGenerator random) {
    this.cluster = cluster;
    this.cleanup = cleanup;
    this.control = control;
    this.random = random;
  }

  /**
   * Proves, again and again until it works or the deadline passes. The temporary configuration is
   * gone afterwards, whatever happens. Without the permission for it the manager is asked through
   * the Service proxy instead, which is weaker; the result says so.
   *
   * @throws InstallException PROOF_FAILED with the last answer as evidence
   * @throws java.util.concurrent.CancellationException when the run is cancelled
   */
  public ProofResult run(ProofRequest request, ProofListener listener) {
    ProofProgress progress = new ProofProgress(control.time(), request.proofs(), listener);
    boolean byNamespace =
        cluster
            .get(ObjectRef.cluster("v1", "Namespace", request.namespace()))
            .map(live -> live.labels().containsKey(NamespaceLabels.NAME_LABEL))
            .orElse(true);
    String suffix = HexFormat.of().toHexDigits(random.nextInt());
    ProofConfiguration configuration = new ProofConfiguration(request, suffix, byNamespace);
    try {
      return asStrongAsPossible(configuration, progress);
    } catch (DeadlineException e) {
      progress.cutOff(String.valueOf(e.getMessage()));
      throw failure(configuration, progress, "the deadline passed");
    } finally {
      if (mayExist) {
        remove(configuration.ref());
      }
    }
  }

  /**
   * Deletes temporary configurations that killed runs have left. They match only requests with a
   * label that nobody uses any more, so they do no harm meanwhile. Only for the holder of the
   * installation's lease: a proof under way would have to start over.
   *
   * @return what was deleted
   */
  public static List<ObjectRef> deleteLeftOvers(Cluster cluster) {
    Query query =
        Query.all(ProofConfiguration.API_VERSION, Webhooks.VALIDATING, null)
            .withLabels(
                ProofConfiguration.MANAGED_BY_LABEL
                    + "="
                    + ProofConfiguration.MANAGED_BY
                    + ","
                    + ProofConfiguration.RUN_LABEL);
    List<ObjectRef> deleted = new ArrayList<>();
    for (Manifest leftOver : cluster.list(query).items()) {
      if (cluster.delete(leftOver.ref(), leftOver.uid())) {
        deleted.add(leftOver.ref());
      }
    }
    return deleted;
  }

  private ProofResult asStrongAsPossible(ProofConfiguration configuration, ProofProgress progress) {
    try {
      return throughApiServer(configuration, progress);
    } catch (NoPermission e) {
      return new ServiceProxyProof(cluster, control)
          .run(configuration.unserved().client(), progress, e.answer);
    }
  }

  private ProofResult throughApiServer(ProofConfiguration configuration, ProofProgress progress) {
    ensure(configuration);
    Duration wait = SHORTEST_WAIT;
    while (!isComplete(configuration, progress)) {
      control.cancellation().check();
      if (control.deadline().passed()) {
        throw failure(configuration, progress, "the deadline passed");
      }
      if (round(configuration, progress)) {
        wait = SHORTEST_WAIT;
      } else {
        if (progress.stuckFor().compareTo(PATIENCE) >= 0 && progress.last().seldomPasses()) {
          throw failure(configuration, progress, "the answer stays the same");
        }
        control.sleep(wait);
        wait =
            wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
      }
    }
    List<String> notes = new ArrayList<>();
    if (configuration.targetProbes().isEmpty()) {
      notes.add("the release has no webhook for pods or CloneSets: only the way there is proven");
    }
    return progress.result(ProofResult.Strength.THROUGH_API_SERVER, notes);
  }

  /**
   * Whether enough rounds have passed in a row. Without the configuration everything is accepted:
   * they count only if the very one that they began with is there at their end.
   */
  private boolean isComplete(ProofConfiguration configuration, ProofProgress progress) {
    if (!progress.isComplete()) {
      return false;
    }
    String began = uid;
    ensure(configuration);
    if (Objects.equals(began, uid)) {
      return true;
    }
    progress.startOver();
    return false;
  }

  /** One round of probes; whether all gave what they must. */
  private boolean round(ProofConfiguration configuration, ProofProgress progress) {
    try (Cluster.Prober prober = cluster.prober()) {
      return round(prober, configuration, progress);
    }
  }

  private boolean round(
      Cluster.Prober prober, ProofConfiguration configuration, ProofProgress progress) {
    ProofConfiguration.Probe first =
        progress.hasTimedOut() ? configuration.unservedPatiently() : configuration.unserved();
    ProofAnswer way = probe(prober, first, progress);
    if (way == ProofAnswer.ACCEPTED) {
      progress.missed(ProofAnswer.NOT_SEEN_YET, "the probe was accepted");
      ensure(configuration);
      return false;
    }
    if (way != ProofAnswer.ROUTED) {
      progress.missed(way);
      return false;
    }
    for (ProofConfiguration.Probe target : configuration.targetProbes()) {
      ProofAnswer answer = probe(prober, target, progress);
      if (answer != ProofAnswer.ACCEPTED) {
        progress.missed(answer == ProofAnswer.ROUTED ? ProofAnswer.NOT_SERVED : answer);
        return false;
      }
    }
    progress.passed();
    return true;
  }

  private ProofAnswer probe(
      Cluster.Prober prober, ProofConfiguration.Probe probe, ProofProgress progress) {
    try {
      prober.create(probe.object(), control.deadline().atMost(PROBE_TIMEOUT));
      return ProofAnswer.ACCEPTED;
    } catch (ClusterException e) {
      if (e.status() == 401) {
        throw e;
      }
      ProofAnswer answer = ProofAnswer.of(e, ProofConfiguration.WEBHOOK_SUFFIX);
      progress.heard(probe.what() + ": " + e.answer().message());
      if (answer == ProofAnswer.FORBIDDEN) {
        throw new NoPermission(e.answer().message());
      }
      return answer;
    }
  }

  /** Creates the configuration where it is absent. */
  private void ensure(ProofConfiguration configuration) {
    Optional<Manifest> there = mayExist ? cluster.get(configuration.ref()) : Optional.empty();
    if (there.isPresent()) {
      uid = there.get().uid();
      return;
    }
    boolean existed = mayExist;
    mayExist = true;
    try {
      uid = cluster.create(configuration.manifest(), Write.PERSIST).uid();
    } catch (ClusterException e) {
      if (e.status() == 403) {
        mayExist = existed;
        throw new NoPermission(e.answer().message());
      }
      // A create that was tried again after a lost answer finds its own object.
      if (!e.isAlreadyExists()) {
        throw e;
      }
      uid = cluster.get(configuration.ref()).map(Manifest::uid).orElse(null);
    }
  }

  private void remove(ObjectRef configuration) {
    // The clean-up must reach the cluster although the thread was interrupted.
    boolean interrupted = Thread.interrupted();
    try {
      cleanup.get().delete(configuration, null);
    } catch (RuntimeException e) {
      LOG.warn(
          "{} could not be deleted; it matches nothing but this proof's probes, and the next run"
              + " deletes it: {}",
          configuration,
          e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static InstallException failure(
      ProofConfiguration configuration, ProofProgress progress, String why) {
    ProofAnswer last = progress.last();
    return new InstallException(
        Failure.of(
                FailureCode.PROOF_FAILED,
                "it could not be shown that the API server reaches the manager: "
                    + last.text()
                    + " ("
                    + why
                    + "); nothing was armed",
                last.remedy())
            .in(Stage.PROVE)
            .about(configuration.service())
            .seen(progress.evidence()));
  }

  /** The caller may not do what a proof through the API server takes. */
  private static final class NoPermission extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String answer;

    NoPermission(String answer) {
      super(answer);
      this.answer = answer;
    }
  }
}
