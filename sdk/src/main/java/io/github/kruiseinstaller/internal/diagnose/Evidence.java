package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.Conditions;
import io.github.kruiseinstaller.internal.wait.PodTrouble;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe;
import io.github.kruiseinstaller.internal.webhook.BlastRadius;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.Interception;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that was seen of an installation: the rules look at this and at nothing else.
 *
 * @param live what lives in the cluster
 * @param kubernetesVersion the API server's version, or {@code unknown}
 * @param now the wall clock
 * @param answers what the API server says to dry runs
 * @param patience how long it had to answer each
 * @param troubles why the manager's Pods are not Ready, most telling first
 * @param daemonTroubles why the daemon's are not
 * @param events the warnings in the manager's namespace, newest first
 * @param managerLog the last lines of the managers' logs
 * @param daemonLog the last lines of the logs of daemons that are not Ready
 * @param unseen what could not be looked at, and why
 */
record Evidence(
    LiveInstallation live,
    String kubernetesVersion,
    Instant now,
    List<AdmissionProbe.Answer> answers,
    Duration patience,
    List<PodTrouble> troubles,
    List<PodTrouble> daemonTroubles,
    List<Manifest> events,
    List<String> managerLog,
    List<String> daemonLog,
    List<String> unseen) {
  private static final String FAIL = "Fail";
  private static final long WEBHOOK_PORT = 9876;

  Evidence {
    answers = List.copyOf(answers);
    troubles = List.copyOf(troubles);
    daemonTroubles = List.copyOf(daemonTroubles);
    events = List.copyOf(events);
    managerLog = List.copyOf(managerLog);
    daemonLog = List.copyOf(daemonLog);
    unseen = List.copyOf(unseen);
  }

  String namespace() {
    return live.location().namespace();
  }

  ObjectRef serviceRef() {
    return live.location().serviceRef();
  }

  Optional<Manifest> service() {
    return live.service().orElse(Optional.empty());
  }

  Optional<Manifest> manager() {
    return live.manager();
  }

  /** The manager's Deployment, or what it would be called. */
  ObjectRef managerRef() {
    return manager()
        .map(Manifest::ref)
        .orElseGet(
            () ->
                ObjectRef.namespaced("apps/v1", "Deployment", namespace(), ManagerPods.DEPLOYMENT));
  }

  /** The labels of the manager's Pods, or what they are by convention. */
  Map<String, String> managerLabels() {
    return manager().map(ManagerPods::labels).orElse(Map.of("control-plane", "controller-manager"));
  }

  /** The manager's Pods that are Ready. */
  List<Manifest> readyManagers() {
    return live.managerPods().stream().filter(pod -> Conditions.isTrue(pod, "Ready")).toList();
  }

  /** The port on which the manager serves webhooks. */
  long webhookPort() {
    return manager().stream()
        .flatMap(each -> each.maps("spec", "template", "spec", "containers").stream())
        .flatMap(container -> Trees.maps(container, "env").stream())
        .filter(variable -> "WEBHOOK_PORT".equals(Trees.text(variable, "name")))
        .map(variable -> Trees.text(variable, "value"))
        .filter(Objects::nonNull)
        .filter(value -> value.matches("[0-9]{1,5}"))
        .map(Long::parseLong)
        .findFirst()
        .orElse(WEBHOOK_PORT);
  }

  /** The certificate Secret, when it was seen and exists. */
  Optional<Manifest> secret() {
    return live.certificates().orElse(Optional.empty());
  }

  /** The configurations that exist, which may be none: as they are armed now. */
  List<Manifest> own() {
    return live.ownConfigurations();
  }

  /** Whether a webhook refuses what it cannot be asked about. */
  static boolean refuses(Map<String, @Nullable Object> entry) {
    return FAIL.equals(Objects.requireNonNullElse(Trees.text(entry, "failurePolicy"), FAIL));
  }

  /** Configurations with those of their webhooks only that satisfy a condition. */
  static List<Manifest> only(
      List<Manifest> configurations, Predicate<Map<String, @Nullable Object>> condition) {
    List<Manifest> kept = new ArrayList<>();
    for (Manifest configuration : configurations) {
      List<Map<String, @Nullable Object>> entries =
          configuration.maps("webhooks").stream().filter(condition).toList();
      if (!entries.isEmpty()) {
        kept.add(configuration.edit(tree -> tree.put("webhooks", entries)));
      }
    }
    return kept;
  }

  /** What webhooks refuse while nobody answers them. */
  List<Interception> rows(
      List<Manifest> configurations, Predicate<Map<String, @Nullable Object>> condition) {
    return BlastRadius.of(
        only(configurations, entry -> refuses(entry) && condition.test(entry)),
        live.definitions().orElse(List.of()),
        live.namespaces().orElse(List.of()));
  }

  /** All that OpenKruise's armed webhooks refuse, when nobody answers them; else nothing. */
  List<Interception> refusedNow() {
    return isUnanswered() ? rows(own(), entry -> true) : List.of();
  }

  /** Whether it is clear that nobody answers OpenKruise's webhooks. */
  boolean isUnanswered() {
    boolean nobody =
        live.service().isSeen()
            && live.endpointSlices().isSeen()
            && (service().isEmpty() || live.readyEndpoints() == 0);
    return nobody
        || answers.stream().anyMatch(answer -> answer.outcome() == AdmissionProbe.Outcome.FAILED);
  }

  /** What the API server said to dry runs that OpenKruise's webhooks made fail. */
  List<String> refusals() {
    return answers.stream()
        .filter(answer -> answer.outcome() == AdmissionProbe.Outcome.FAILED)
        .map(AdmissionProbe.Answer::toString)
        .toList();
  }

  /** How many endpoints there are, when that was seen. */
  List<String> endpoints() {
    return live.endpointSlices().isSeen() && service().isPresent()
        ? List.of(serviceRef() + " has " + live.readyEndpoints() + " ready endpoints")
        : List.of();
  }

  /** The newest warnings of which a condition holds, as {@code Reason: message}. */
  List<String> warnings(Predicate<Manifest> condition) {
    return events.stream().filter(condition).map(Moments::text).distinct().limit(3).toList();
  }

  /** Since when there are such warnings, or null. */
  @Nullable Instant warnedSince(Predicate<Manifest> condition) {
    return events.stream()
        .filter(condition)
        .map(Moments::firstSeen)
        .filter(Objects::nonNull)
        .min(Instant::compareTo)
        .orElse(null);
  }

  /** Lines of the managers' logs that tell of a kind of trouble. */
  List<String> logged(Predicate<String> condition) {
    return managerLog.stream()
        .filter(condition)
        .distinct()
        .limit(3)
        .map(line -> "log of the manager: " + line)
        .toList();
  }

  /** What the placeholders of the catalogue stand for. */
  Map<String, String> names(@Nullable ObjectRef object) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("namespace", namespace());
    names.put("service", live.location().service());
    names.put("deployment", managerRef().name());
    live.daemon().ifPresent(found -> names.put("daemon", found.name()));
    secret().ifPresent(found -> names.put("secret", found.name()));
    if (object != null) {
      names.put("kind", object.kind().toLowerCase(Locale.ROOT));
      names.put("name", object.name());
    }
    return names;
  }
}
