package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API server, in dry runs, what it says now to a Pod and to a CloneSet that have nothing
 * to do with anybody. Each is asked once: the answer is the point. Stores nothing.
 */
public final class AdmissionProbe {
  private static final String DEFAULT_NAMESPACE = "default";

  private final Cluster cluster;
  private final List<Manifest> own;
  private final Set<String> ownNames = new LinkedHashSet<>();
  private final ObjectRef service;
  private final String namespace;
  private final String random;

  /**
   * A probe.
   *
   * @param cluster bound to the run
   * @param own OpenKruise's own live configurations, as far as they were seen
   * @param service the webhook Service, which tells calls of OpenKruise's webhooks from others
   * @param namespace where to ask, see {@link #namespace}
   * @param random for names that nobody else has
   */
  public AdmissionProbe(
      Cluster cluster,
      List<Manifest> own,
      ObjectRef service,
      String namespace,
      RandomGenerator random) {
    this.cluster = cluster;
    this.own = List.copyOf(own);
    this.service = service;
    this.namespace = namespace;
    this.random = HexFormat.of().toHexDigits(random.nextInt());
    for (Manifest configuration : own) {
      Webhooks.entries(configuration).forEach(entry -> ownNames.add(Webhooks.name(entry)));
      WebhookConfigurations.intended(configuration)
          .forEach(entry -> ownNames.add(Webhooks.name(entry)));
    }
  }

  /**
   * Where to ask: a live namespace that is neither the manager's nor the system's, and whose Pods
   * the armed webhooks intercept where there is one; {@code default} before others.
   */
  public static String namespace(
      List<Manifest> own, List<Manifest> namespaces, String managerNamespace) {
    return namespaces.stream()
        .filter(each -> !each.name().equals(managerNamespace))
        .filter(each -> !each.name().startsWith("kube-"))
        .filter(each -> each.at("metadata", "deletionTimestamp") == null)
        .min(
            Comparator.<Manifest>comparingInt(each -> interceptsPodsIn(own, each) ? 0 : 1)
                .thenComparing(each -> each.name().equals(DEFAULT_NAMESPACE) ? 0 : 1)
                .thenComparing(Manifest::name))
        .map(Manifest::name)
        .orElse(DEFAULT_NAMESPACE);
  }

  /** What it says to a Pod. */
  public Answer pod(Duration patience) {
    return ask("a plain Pod", ProbeObjects.pod(namespace, random, Map.of()), patience);
  }

  /** What it says to a CloneSet, which both configurations intercept. */
  public Answer cloneSet(Duration patience) {
    String version = ProofConfiguration.CloneSetVersion.of(own);
    return ask("a CloneSet", ProbeObjects.cloneSet(version, namespace, random, Map.of()), patience);
  }

  private Answer ask(String what, Manifest object, Duration patience) {
    try {
      cluster.probeCreate(object, patience);
      return new Answer(what, namespace, Outcome.ACCEPTED, null, "", "");
    } catch (ClusterException e) {
      return refused(what, e);
    } catch (DeadlineException e) {
      return new Answer(what, namespace, Outcome.UNANSWERED, null, "", "no answer in time");
    }
  }

  private Answer refused(String what, ClusterException e) {
    String message = e.answer().message();
    String uncallable = ProofAnswer.uncallable(e);
    String denier = ProofAnswer.denier(e);
    if (ownNames.contains(uncallable) || (!uncallable.isEmpty() && isCallOf(service, message))) {
      return new Answer(
          what, namespace, Outcome.FAILED, ProofAnswer.ofCall(message), uncallable, message);
    }
    if (!uncallable.isEmpty()) {
      ProofAnswer reason = ProofAnswer.ofCall(message);
      return new Answer(what, namespace, Outcome.FOREIGN_FAILED, reason, uncallable, message);
    }
    if (ownNames.contains(denier)) {
      return new Answer(what, namespace, Outcome.DENIED, null, denier, message);
    }
    Outcome outcome =
        e.status() == ClusterException.NO_ANSWER || e.status() == 504
            ? Outcome.UNANSWERED
            : e.isNotFound()
                ? Outcome.IMPOSSIBLE
                : ProofAnswer.isRbac(e) ? Outcome.FORBIDDEN : Outcome.REFUSED;
    return new Answer(what, namespace, outcome, null, denier, message);
  }

  /** Whether the API server's words about a call that failed are about a call of this Service. */
  public static boolean isCallOf(ObjectRef service, String message) {
    return message.contains("https://" + service.name() + "." + service.namespace() + ".svc")
        || message.contains("service \"" + service.name() + "\"");
  }

  private static boolean interceptsPodsIn(List<Manifest> own, Manifest namespace) {
    Map<String, String> labels = BlastRadius.labelsWithName(namespace);
    return own.stream()
        .flatMap(configuration -> Webhooks.entries(configuration).stream())
        .filter(AdmissionProbe::interceptsPodCreation)
        .anyMatch(entry -> Selectors.matches(entry.get("namespaceSelector"), labels));
  }

  private static boolean interceptsPodCreation(Map<String, @Nullable Object> entry) {
    return Webhooks.interceptsCreation(entry, "", "pods");
  }

  /**
   * The webhooks of a configuration that see Pods come to be in a namespace.
   *
   * @param namespace the live namespace, or null when it could not be seen
   */
  public static List<String> podCreationWebhooks(
      Manifest configuration, @Nullable Manifest namespace) {
    return Webhooks.entries(configuration).stream()
        .filter(AdmissionProbe::interceptsPodCreation)
        .filter(
            entry ->
                namespace == null
                    || Selectors.matches(
                        entry.get("namespaceSelector"), BlastRadius.labelsWithName(namespace)))
        .map(Webhooks::name)
        .toList();
  }

  /** What kind of answer there was. */
  public enum Outcome {
    /** It would have been created. */
    ACCEPTED,
    /** One of OpenKruise's webhooks could not be called. */
    FAILED,
    /** One of OpenKruise's webhooks was called, and denied it. */
    DENIED,
    /** A webhook of somebody else could not be called. */
    FOREIGN_FAILED,
    /** Something else refused it: a policy, a quota, a webhook that denied it. */
    REFUSED,
    /** The caller may not ask. */
    FORBIDDEN,
    /** The cluster does not have the kind or the namespace. */
    IMPOSSIBLE,
    /** There was no answer in time. */
    UNANSWERED
  }

  /**
   * An answer.
   *
   * @param what what was asked for, for people
   * @param namespace where
   * @param outcome what kind of answer there was
   * @param reason why a webhook could not be called, or null
   * @param webhook the webhook that could not be called, or denied; else empty
   * @param message the API server's own words; empty when it was accepted
   */
  public record Answer(
      String what,
      String namespace,
      Outcome outcome,
      @Nullable ProofAnswer reason,
      String webhook,
      String message) {
    /** The answer as a piece of evidence. */
    @Override
    public String toString() {
      return outcome == Outcome.ACCEPTED
          ? "the API server accepts " + what + " in " + namespace + " (dry run)"
          : "the API server's answer to " + what + " in " + namespace + " (dry run): " + message;
    }
  }
}
