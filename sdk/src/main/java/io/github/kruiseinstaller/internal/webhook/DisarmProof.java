package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Shows that the API server has seen that the webhooks are disarmed. That a Pod is admitted does
 * not show it: the manager may still be called, and still answer. A CloneSet that the manager would
 * deny, and would give defaults to before, does: both webhooks are silent when it comes back as it
 * was sent. All in dry runs, over a connection of its own each time; stores nothing.
 */
public final class DisarmProof {
  private final Cluster cluster;
  private final String version;
  private final Set<String> names = new LinkedHashSet<>();
  private final ObjectRef service;
  private final String namespace;
  private final String random;

  /**
   * A proof.
   *
   * @param cluster bound to the run
   * @param own OpenKruise's configurations, as they were before they were disarmed
   * @param service the webhook Service, which tells calls of OpenKruise's webhooks from others
   * @param namespace where to ask, see {@link AdmissionProbe#namespace}
   * @param random for names that nobody else has
   */
  public DisarmProof(
      Cluster cluster,
      List<Manifest> own,
      ObjectRef service,
      String namespace,
      RandomGenerator random) {
    this.cluster = cluster;
    this.version = ProofConfiguration.CloneSetVersion.of(own);
    this.service = service;
    this.namespace = namespace;
    this.random = HexFormat.of().toHexDigits(random.nextInt());
    for (Manifest configuration : own) {
      Webhooks.entries(configuration).forEach(entry -> names.add(Webhooks.name(entry)));
      RealWebhooks.of(configuration).forEach(entry -> names.add(Webhooks.name(entry)));
    }
  }

  /** What the API server's answers say. */
  public enum Verdict {
    /** It calls none of OpenKruise's webhooks, and admits a Pod. */
    SILENT,
    /** It still calls one of them. */
    CALLED,
    /** Something else refuses what is asked, or the cluster has no CloneSets. */
    NOT_SHOWN,
    /** There was no answer in time, which may be anybody's doing. */
    UNANSWERED
  }

  /**
   * An answer.
   *
   * @param verdict what it says
   * @param text the same for people
   */
  public record Answer(Verdict verdict, String text) {}

  /** Asks once. */
  public Answer ask(Duration patience) {
    try (Cluster.Prober prober = cluster.prober()) {
      prober.create(ProbeObjects.pod(namespace, random, Map.of()), patience);
      return cloneSet(prober, patience);
    } catch (ClusterException e) {
      return refused("a plain Pod", e);
    } catch (DeadlineException e) {
      return new Answer(Verdict.UNANSWERED, "no answer in time: " + e.getMessage());
    }
  }

  private Answer cloneSet(Cluster.Prober prober, Duration patience) {
    Manifest answer;
    try {
      answer = prober.create(ProbeObjects.invalidCloneSet(version, namespace, random), patience);
    } catch (ClusterException e) {
      return refused("a CloneSet", e);
    }
    return ProbeObjects.isDefaulted(answer)
        ? new Answer(Verdict.CALLED, "a CloneSet still gets the manager's defaults")
        : new Answer(Verdict.SILENT, "a Pod and a CloneSet pass without OpenKruise's webhooks");
  }

  private Answer refused(String what, ClusterException e) {
    String message = e.answer().message();
    if (e.status() == ClusterException.NO_ANSWER || e.status() == 504) {
      return new Answer(Verdict.UNANSWERED, what + " gets no answer in time: " + message);
    }
    String culprit = ProofAnswer.uncallable(e) + ProofAnswer.denier(e);
    boolean ours = names.contains(culprit) || AdmissionProbe.isCallOf(service, message);
    return ours
        ? new Answer(Verdict.CALLED, what + " is refused: " + message)
        : new Answer(
            Verdict.NOT_SHOWN,
            "not shown that the webhooks are silent, because something else refuses "
                + what
                + ": "
                + message);
  }
}
