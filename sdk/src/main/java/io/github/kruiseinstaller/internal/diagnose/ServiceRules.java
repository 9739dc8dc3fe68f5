package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Trouble with the webhook Service: absent, or leading to the wrong place. */
final class ServiceRules {
  private static final long HTTPS = 443;

  /** What leaves a Service without Pods that could answer. */
  private static final Set<DiagnosisCode> NOBODY_READY =
      Set.of(
          DiagnosisCode.NAMESPACE_TERMINATING,
          DiagnosisCode.NAMESPACE_MISSING,
          DiagnosisCode.OWN_NAMESPACE_INTERCEPTED,
          DiagnosisCode.MANAGER_MISSING,
          DiagnosisCode.MANAGER_SCALED_TO_ZERO,
          DiagnosisCode.FOREIGN_WEBHOOK_FAILED,
          DiagnosisCode.QUOTA_EXCEEDED,
          DiagnosisCode.POLICY_DENIES_PODS,
          DiagnosisCode.SERVICE_ACCOUNT_MISSING,
          DiagnosisCode.PODS_NOT_CREATED,
          DiagnosisCode.UNSCHEDULABLE,
          DiagnosisCode.IMAGE_PULL_FAILED,
          DiagnosisCode.IMAGE_ARCHITECTURE_WRONG,
          DiagnosisCode.FLAG_UNKNOWN,
          DiagnosisCode.LOG_FOLDER_NOT_WRITABLE,
          DiagnosisCode.MANAGER_FORBIDDEN,
          DiagnosisCode.OUT_OF_MEMORY,
          DiagnosisCode.FIELD_INDEX_FAILED,
          DiagnosisCode.INITIALIZATION_TIMEOUT,
          DiagnosisCode.CONTAINER_CRASHING,
          DiagnosisCode.MANAGER_NOT_READY);

  private ServiceRules() {}

  /** What explains that nobody answers: nothing of the kind while Pods of the manager are Ready. */
  static Set<DiagnosisCode> nobodyReady(Evidence seen) {
    return seen.readyManagers().isEmpty()
        ? EnumSet.copyOf(NOBODY_READY)
        : EnumSet.noneOf(DiagnosisCode.class);
  }

  static List<Finding> missing(Evidence seen) {
    LiveInstallation live = seen.live();
    boolean needed = !live.armed().isEmpty() || seen.manager().isPresent();
    if (!live.service().isSeen() || seen.service().isPresent() || !needed) {
      return List.of();
    }
    return List.of(
        Finding.of(
                DiagnosisCode.SERVICE_MISSING,
                seen.serviceRef(),
                "the webhook Service "
                    + seen.namespace()
                    + "/"
                    + seen.serviceRef().name()
                    + " does not exist")
            .blocking(seen.refusedNow())
            .seen("there is no " + seen.serviceRef())
            .seen(seen.refusals())
            .effectOf(ManagerRules.NAMESPACE));
  }

  static List<Finding> selectsNothing(Evidence seen) {
    Optional<Manifest> service = seen.service();
    Optional<Manifest> manager = seen.manager();
    if (service.isEmpty()
        || manager.isEmpty()
        || (seen.live().selects(ManagerPods.labels(manager.get())) && !isNarrowedToNobody(seen))) {
      return List.of();
    }
    Map<String, @Nullable Object> selector = service.get().map("spec", "selector");
    // A Service without a selector is somebody's who sees to its endpoints himself.
    if (selector.isEmpty() && seen.live().readyEndpoints() > 0) {
      return List.of();
    }
    return List.of(
        Finding.of(
                DiagnosisCode.SERVICE_SELECTS_NOTHING,
                service.get().ref(),
                "the webhook Service does not select the manager's Pods: it looks for "
                    + selector
                    + ", and they have "
                    + ManagerPods.labels(manager.get()))
            .since(Moments.written(service.get(), "spec", "selector"))
            .blocking(seen.refusedNow())
            .seen("spec.selector: " + selector)
            .seen("labels of the manager's Pods: " + ManagerPods.labels(manager.get()))
            .seen(seen.endpoints())
            .seen(seen.refusals()));
  }

  /** The template that an upgrade has narrowed the Service to has no Pods any more; another has. */
  private static boolean isNarrowedToNobody(Evidence seen) {
    return seen.live().isNarrowed()
        && seen.live().readyEndpoints() == 0
        && !seen.readyManagers().isEmpty();
  }

  static List<Finding> narrowed(Evidence seen) {
    Optional<Manifest> service = seen.service();
    if (service.isEmpty() || !seen.live().isNarrowed() || isNarrowedToNobody(seen)) {
      return List.of();
    }
    return List.of(
        Finding.of(
                DiagnosisCode.UPGRADE_UNFINISHED,
                service.get().ref(),
                "the webhook Service leads to the manager's replicas of one template alone: an"
                    + " upgrade is under way, or was not finished")
            .since(Moments.written(service.get(), "spec", "selector"))
            .seen("spec.selector: " + service.get().map("spec", "selector"))
            .seen(seen.endpoints()));
  }

  static List<Finding> portWrong(Evidence seen) {
    Optional<Manifest> service = seen.service();
    if (service.isEmpty() || seen.manager().isEmpty()) {
      return List.of();
    }
    List<Finding> found = new ArrayList<>();
    for (long wanted : calledPorts(seen)) {
      Optional<Map<String, @Nullable Object>> port =
          service.get().maps("spec", "ports").stream()
              .filter(each -> Trees.number(0, each, "port") == wanted)
              .findFirst();
      String wrong =
          port.isEmpty()
              ? "webhooks call port " + wanted + ", which the Service does not have"
              : target(seen, port.get());
      if (!wrong.isEmpty()) {
        found.add(
            Finding.of(
                    DiagnosisCode.SERVICE_PORT_WRONG,
                    service.get().ref(),
                    "the webhook Service leads to the wrong port: " + wrong)
                .since(Moments.written(service.get(), "spec", "ports"))
                .blocking(seen.refusedNow())
                .seen("spec.ports: " + service.get().list("spec", "ports"))
                .seen("port on which the manager serves webhooks: " + seen.webhookPort())
                .seen(seen.refusals()));
      }
    }
    return found;
  }

  static List<Finding> withoutEndpoints(Evidence seen) {
    if (!seen.live().endpointSlices().isSeen()
        || seen.service().isEmpty()
        || seen.live().armed().isEmpty()
        || seen.live().readyEndpoints() > 0) {
      return List.of();
    }
    Set<DiagnosisCode> causes = nobodyReady(seen);
    causes.add(DiagnosisCode.SERVICE_SELECTS_NOTHING);
    causes.add(DiagnosisCode.SERVICE_PORT_WRONG);
    return List.of(
        Finding.of(
                DiagnosisCode.SERVICE_WITHOUT_ENDPOINTS,
                seen.serviceRef(),
                "the webhook Service has no ready endpoints")
            .blocking(seen.refusedNow())
            .seen(seen.endpoints())
            .seen(
                seen.live().pods().isSeen()
                    ? List.of(seen.readyManagers().size() + " Pods of the manager are Ready")
                    : List.of())
            .seen(seen.refusals())
            .effectOf(causes));
  }

  /** The ports that armed webhooks call on the manager's Service. */
  private static List<Long> calledPorts(Evidence seen) {
    return seen.live().armed().stream()
        .flatMap(each -> each.maps("webhooks").stream())
        .map(entry -> Trees.map(entry, "clientConfig", "service"))
        .filter(service -> seen.serviceRef().name().equals(service.get("name")))
        .map(service -> Trees.number(HTTPS, service, "port"))
        .distinct()
        .toList();
  }

  /** What is wrong with where a port leads to, or empty. */
  private static String target(Evidence seen, Map<String, @Nullable Object> port) {
    Object target = port.get("targetPort");
    long served = seen.webhookPort();
    if (target instanceof Number number) {
      return number.longValue() == served
          ? ""
          : "it sends to port " + number + ", and the manager listens on " + served;
    }
    if (!(target instanceof String name)) {
      return Trees.number(0, port, "port") == served
          ? ""
          : "it has no targetPort, and the manager listens on " + served;
    }
    List<Long> named =
        seen.manager().stream()
            .flatMap(each -> each.maps("spec", "template", "spec", "containers").stream())
            .flatMap(container -> Trees.maps(container, "ports").stream())
            .filter(each -> name.equals(each.get("name")))
            .map(each -> Trees.number(0, each, "containerPort"))
            .toList();
    if (named.isEmpty()) {
      return "it sends to the port named " + name + ", which the manager's Pods do not have";
    }
    return named.contains(served)
        ? ""
        : "it sends to port "
            + named.get(0)
            + " ("
            + name
            + "), and the manager listens on "
            + served;
  }
}
