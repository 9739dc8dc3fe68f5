package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.ownership.ManagedEntry;
import io.github.kruiseinstaller.internal.wait.Conditions;
import io.github.kruiseinstaller.internal.wait.PodTrouble;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.Interception;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Trouble with the manager's Deployment and its Pods. */
final class ManagerRules {
  /** The namespace itself explains why there is nothing in it. */
  static final Set<DiagnosisCode> NAMESPACE =
      Set.of(DiagnosisCode.NAMESPACE_TERMINATING, DiagnosisCode.NAMESPACE_MISSING);

  /** What keeps a manager that runs from setting itself up, when its log says so. */
  private static final Set<DiagnosisCode> SET_UP =
      Set.of(
          DiagnosisCode.CONFIGURATION_MISSING,
          DiagnosisCode.TEMPLATE_BROKEN,
          DiagnosisCode.CERTIFICATE_MISSING,
          DiagnosisCode.CONVERSION_CA_STALE,
          DiagnosisCode.CA_BUNDLE_STALE);

  private ManagerRules() {}

  static List<Finding> missing(Evidence seen) {
    LiveInstallation live = seen.live();
    if (!live.deployments().isSeen()
        || seen.manager().isPresent()
        || live.ownConfigurations().isEmpty()) {
      return List.of();
    }
    boolean armed = !live.armed().isEmpty();
    return List.of(
        Finding.of(
                DiagnosisCode.MANAGER_MISSING,
                seen.managerRef(),
                "there is no manager in "
                    + seen.namespace()
                    + (armed
                        ? ", and its webhooks are armed"
                        : "; its webhook configurations are there, and intercept nothing"))
            .blocking(seen.refusedNow())
            .seen("no Deployment in " + seen.namespace() + " runs the manager's image")
            .seen(seen.endpoints())
            .seen(seen.refusals())
            .effectOf(NAMESPACE));
  }

  static List<Finding> scaledToZero(Evidence seen) {
    Optional<Manifest> manager =
        seen.manager().filter(each -> each.number(1, "spec", "replicas") == 0);
    if (manager.isEmpty()) {
      return List.of();
    }
    return List.of(
        Finding.of(
                DiagnosisCode.MANAGER_SCALED_TO_ZERO,
                manager.get().ref(),
                "the manager is scaled to zero")
            .since(Moments.written(manager.get(), "spec", "replicas"))
            .blocking(seen.refusedNow())
            .seen("spec.replicas: 0")
            .seen(writers(manager.get()))
            .seen(seen.endpoints())
            .seen(seen.refusals()));
  }

  /** Who wrote the number of replicas. */
  private static List<String> writers(Manifest manager) {
    return ManagedEntry.of(manager).stream()
        .filter(entry -> entry.fields().reaches("spec", "replicas"))
        .map(entry -> "spec.replicas was written by " + entry.manager())
        .toList();
  }

  /** Why Pods of the manager are not there, or not Ready. */
  static List<Finding> troubled(Evidence seen) {
    List<Finding> found = new ArrayList<>();
    for (PodTrouble trouble : seen.troubles()) {
      found.add(finding(seen, trouble));
    }
    return found;
  }

  private static Finding finding(Evidence seen, PodTrouble trouble) {
    List<Interception> blocks =
        seen.readyManagers().isEmpty() ? seen.refusedNow() : List.<Interception>of();
    return classified(seen, trouble)
        .blocking(blocks)
        .seen(trouble.evidence())
        .seen(seen.endpoints())
        .seen(seen.refusals());
  }

  private static Finding classified(Evidence seen, PodTrouble trouble) {
    String what = "Pods of " + seen.managerRef() + " are not Ready: " + trouble.summary();
    return switch (trouble.code()) {
      case IMAGE_PULL_FAILED ->
          Finding.of(DiagnosisCode.IMAGE_PULL_FAILED, trouble.object(), what)
              .since(created(seen, trouble.object()));
      case UNSCHEDULABLE ->
          Finding.of(DiagnosisCode.UNSCHEDULABLE, trouble.object(), what)
              .since(podCondition(seen, trouble.object(), "PodScheduled"));
      case CONTAINER_CRASHING -> crash(seen, trouble, what);
      case PODS_NOT_CREATED ->
          Refusals.of(seen, trouble, "the manager's Pods are refused at creation")
              .since(seen.warnedSince(Refusals::isFailedCreate));
      default ->
          Finding.of(DiagnosisCode.MANAGER_NOT_READY, trouble.object(), what)
              .since(podCondition(seen, trouble.object(), "Ready"))
              .effectOf(saidToBe(words(seen, trouble)));
    };
  }

  private static Finding crash(Evidence seen, PodTrouble trouble, String what) {
    List<String> words = words(seen, trouble);
    DiagnosisCode code =
        trouble.summary().contains("OOMKilled")
            ? DiagnosisCode.OUT_OF_MEMORY
            : words.stream()
                .flatMap(line -> LogPatterns.ofManager(line).stream())
                .min(Enum::compareTo)
                .map(ManagerRules::ofCrash)
                .orElse(DiagnosisCode.CONTAINER_CRASHING);
    Finding found =
        Finding.of(code, trouble.object(), what)
            .since(podCondition(seen, trouble.object(), "Ready"))
            .seen(
                words.stream()
                    .filter(line -> LogPatterns.ofManager(line).isPresent())
                    .distinct()
                    .limit(2)
                    .toList());
    return switch (code) {
      case FIELD_INDEX_FAILED ->
          found.effectOf(
              EnumSet.of(
                  DiagnosisCode.DEFINITION_MISSING, DiagnosisCode.DEFINITION_NOT_ESTABLISHED));
      case INITIALIZATION_TIMEOUT -> found.effectOf(saidToBe(words));
      default -> found;
    };
  }

  private static List<String> words(Evidence seen, PodTrouble trouble) {
    List<String> words = new ArrayList<>(trouble.evidence());
    words.addAll(seen.managerLog());
    return words;
  }

  /** The causes that the manager's own words name. */
  private static Set<DiagnosisCode> saidToBe(List<String> words) {
    Set<DiagnosisCode> causes = EnumSet.noneOf(DiagnosisCode.class);
    words.forEach(
        line -> LogPatterns.ofManager(line).filter(SET_UP::contains).ifPresent(causes::add));
    return causes;
  }

  /** What a crash is called whose last words tell of a kind of trouble. */
  private static DiagnosisCode ofCrash(DiagnosisCode words) {
    return switch (words) {
      case FIELD_INDEX_FAILED,
          IMAGE_ARCHITECTURE_WRONG,
          FLAG_UNKNOWN,
          LOG_FOLDER_NOT_WRITABLE,
          MANAGER_FORBIDDEN,
          INITIALIZATION_TIMEOUT ->
          words;
      case CONFIGURATION_MISSING,
          TEMPLATE_BROKEN,
          CERTIFICATE_MISSING,
          CONVERSION_CA_STALE,
          CA_BUNDLE_STALE ->
          DiagnosisCode.INITIALIZATION_TIMEOUT;
      default -> DiagnosisCode.CONTAINER_CRASHING;
    };
  }

  /** Managers side by side: they take each other's webhooks. */
  static List<Finding> several(Evidence seen) {
    List<Manifest> managers =
        seen.live().managers().orElse(List.of()).stream()
            .filter(each -> each.number(1, "spec", "replicas") > 0)
            .toList();
    if (managers.size() > 1) {
      return List.of(
          Finding.of(
                  DiagnosisCode.SEVERAL_MANAGERS,
                  managers.get(0).ref(),
                  managers.size()
                      + " managers run side by side; each writes the webhook configurations as it"
                      + " wants them")
              .seen(managers.stream().map(ManagerRules::described).toList()));
    }
    return versions(seen);
  }

  /** Pods of several versions that are Ready although no rollout is under way. */
  private static List<Finding> versions(Evidence seen) {
    Set<String> images = new LinkedHashSet<>();
    seen.readyManagers().stream()
        .flatMap(pod -> pod.maps("spec", "containers").stream())
        .map(container -> String.valueOf(container.get("image")))
        .filter(image -> image.contains("kruise-manager"))
        .forEach(images::add);
    boolean stuck =
        seen.manager()
            .filter(
                each ->
                    Conditions.has(each, "Progressing", "False")
                        || Boolean.TRUE.equals(each.at("spec", "paused")))
            .isPresent();
    if (images.size() < 2 || !stuck) {
      return List.of();
    }
    return List.of(
        Finding.of(
                DiagnosisCode.SEVERAL_MANAGERS,
                seen.managerRef(),
                "managers of several versions are Ready, and the rollout does not go on")
            .seen(images.stream().map(image -> "Ready Pods run " + image).toList())
            .seen(
                seen
                    .manager()
                    .map(each -> "rollout: " + Conditions.explain(each, "Progressing"))
                    .stream()
                    .toList()));
  }

  private static String described(Manifest manager) {
    return manager.ref() + " runs version " + ManagerPods.version(manager).orElse("unknown");
  }

  private static @Nullable Instant created(Evidence seen, ObjectRef pod) {
    return pod(seen, pod)
        .map(found -> Moments.parse(found.text("metadata", "creationTimestamp")))
        .orElse(null);
  }

  private static @Nullable Instant podCondition(Evidence seen, ObjectRef pod, String type) {
    return pod(seen, pod).map(found -> Moments.condition(found, type)).orElse(null);
  }

  private static Optional<Manifest> pod(Evidence seen, ObjectRef pod) {
    return seen.live().pods().orElse(List.of()).stream()
        .filter(each -> each.ref().equals(pod))
        .findFirst();
  }
}
