package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.internal.live.KubernetesRange;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe;
import io.github.kruiseinstaller.internal.webhook.NamespaceLabels;
import io.github.kruiseinstaller.internal.webhook.Selectors;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Trouble with the cluster itself, the manager's namespace, and where webhooks point to. */
final class NamespaceRules {
  private NamespaceRules() {}

  static List<Finding> tooOld(Evidence seen) {
    int minor = KubernetesRange.minor(seen.kubernetesVersion());
    if (minor < 0 || minor >= KubernetesRange.OLDEST) {
      return List.of();
    }
    return List.of(
        Finding.of(
                DiagnosisCode.KUBERNETES_TOO_OLD,
                null,
                "the cluster is Kubernetes "
                    + seen.kubernetesVersion()
                    + ", and OpenKruise needs 1."
                    + KubernetesRange.OLDEST
                    + " or later")
            .seen("version of the API server: " + seen.kubernetesVersion()));
  }

  static List<Finding> terminating(Evidence seen) {
    Optional<Manifest> namespace =
        seen.live().namespace().filter(each -> each.at("metadata", "deletionTimestamp") != null);
    if (namespace.isEmpty()) {
      return List.of();
    }
    Manifest live = namespace.get();
    List<String> held = new ArrayList<>();
    for (Map<String, @Nullable Object> condition : live.maps("status", "conditions")) {
      if ("True".equals(condition.get("status"))) {
        held.add(Trees.text(condition, "type") + ": " + Trees.text(condition, "message"));
      }
    }
    live.list("spec", "finalizers")
        .forEach(each -> held.add("finalizer of the namespace: " + each));
    return List.of(
        Finding.of(
                DiagnosisCode.NAMESPACE_TERMINATING,
                live.ref(),
                "the manager's namespace "
                    + live.name()
                    + " is being deleted"
                    + (held.isEmpty() ? "" : ", and something holds it"))
            .since(Moments.parse(live.text("metadata", "deletionTimestamp")))
            .blocking(seen.refusedNow())
            .seen("deletionTimestamp: " + live.text("metadata", "deletionTimestamp"))
            .seen(held)
            .seen(seen.refusals()));
  }

  static List<Finding> missing(Evidence seen) {
    LiveInstallation live = seen.live();
    boolean pointedTo =
        live.ownConfigurations().stream()
            .anyMatch(each -> !WebhookConfigurations.intended(each).isEmpty());
    if (!live.namespaces().isSeen() || live.namespace().isPresent() || !pointedTo) {
      return List.of();
    }
    return List.of(
        Finding.of(
                DiagnosisCode.NAMESPACE_MISSING,
                live.location().namespaceRef(),
                "webhooks point to the namespace " + seen.namespace() + ", which does not exist")
            .blocking(seen.refusedNow())
            .seen(
                "the manager's namespace was looked for "
                    + live.location().how()
                    + ": there is no namespace "
                    + seen.namespace())
            .seen(seen.refusals()));
  }

  static List<Finding> targetWrong(Evidence seen) {
    LiveInstallation live = seen.live();
    // Where the manager is says where webhooks should point; without one nothing does.
    if (seen.manager().filter(ManagerPods::isManager).isEmpty()) {
      return List.of();
    }
    List<Finding> found = new ArrayList<>();
    for (Manifest configuration : live.armed()) {
      Set<String> targets = new LinkedHashSet<>();
      List<Manifest> wrong =
          Evidence.only(List.of(configuration), entry -> isElsewhere(entry, live.location()));
      wrong.stream()
          .flatMap(each -> each.maps("webhooks").stream())
          .forEach(entry -> targets.add(target(entry)));
      if (!targets.isEmpty()) {
        found.add(
            Finding.of(
                    DiagnosisCode.WEBHOOK_TARGET_WRONG,
                    configuration.ref(),
                    configuration.name()
                        + " points to "
                        + String.join(", ", targets)
                        + ", and the manager's Service is "
                        + live.location().namespace()
                        + "/"
                        + live.location().service())
                .since(Moments.written(configuration, "webhooks"))
                .blocking(
                    seen.rows(List.of(configuration), entry -> isElsewhere(entry, live.location())))
                .seen(
                    wrong.stream()
                        .flatMap(each -> each.maps("webhooks").stream())
                        .map(entry -> entry.get("name") + " calls " + target(entry))
                        .limit(3)
                        .toList())
                .seen(seen.refusals()));
      }
    }
    return found;
  }

  static List<Finding> ownIntercepted(Evidence seen) {
    Optional<Manifest> namespace = seen.live().namespace();
    if (namespace.isEmpty()) {
      return List.of();
    }
    List<Manifest> refusing = Evidence.only(seen.live().armed(), Evidence::refuses);
    Set<String> creation = new LinkedHashSet<>();
    refusing.forEach(
        each -> creation.addAll(AdmissionProbe.podCreationWebhooks(each, namespace.get())));
    List<String> webhooks =
        NamespaceLabels.interceptors(
                refusing, seen.namespace(), namespace.get().labels(), seen.managerLabels())
            .stream()
            .filter(creation::contains)
            .toList();
    if (webhooks.isEmpty()) {
      return List.of();
    }
    boolean now = seen.isUnanswered() && seen.readyManagers().isEmpty();
    return List.of(
        Finding.of(
                DiagnosisCode.OWN_NAMESPACE_INTERCEPTED,
                namespace.get().ref(),
                now
                    ? "the manager's own Pods in "
                        + seen.namespace()
                        + " are refused by "
                        + String.join(", ", webhooks)
                        + ", which only the manager could answer"
                    : "the manager works now, and will not come back once it is down: "
                        + String.join(", ", webhooks)
                        + " intercepts its own Pods in "
                        + seen.namespace())
            .since(seen.warnedSince(event -> isRefusal(event, webhooks)))
            .blocking(now ? seen.refusedNow() : List.of())
            .seen(seen.warnings(event -> isRefusal(event, webhooks)))
            .seen(seen.refusals())
            .seen("labels of the namespace: " + namespace.get().labels())
            .seen(selectors(refusing, webhooks)));
  }

  /** Whether an event tells of a Pod that one of the webhooks refused. */
  private static boolean isRefusal(Manifest event, List<String> webhooks) {
    String message = String.valueOf(event.text("message"));
    return message.contains("failed calling webhook")
        && webhooks.stream().anyMatch(webhook -> message.contains("\"" + webhook + "\""));
  }

  private static List<String> selectors(List<Manifest> configurations, List<String> webhooks) {
    return configurations.stream()
        .flatMap(each -> each.maps("webhooks").stream())
        .filter(entry -> webhooks.contains(String.valueOf(entry.get("name"))))
        .map(
            entry ->
                entry.get("name")
                    + " takes namespaces with "
                    + orAll(Selectors.describe(entry.get("namespaceSelector"))))
        .toList();
  }

  private static String orAll(String selector) {
    return selector.isEmpty() ? "any labels" : selector;
  }

  private static boolean isElsewhere(
      Map<String, @Nullable Object> entry, LiveInstallation.Location location) {
    String namespace = Trees.text(entry, "clientConfig", "service", "namespace");
    String name = Trees.text(entry, "clientConfig", "service", "name");
    return namespace != null
        && name != null
        && !(namespace.equals(location.namespace()) && name.equals(location.service()));
  }

  private static String target(Map<String, @Nullable Object> entry) {
    return ObjectRef.namespaced(
            "v1",
            "Service",
            String.valueOf(Trees.text(entry, "clientConfig", "service", "namespace")),
            String.valueOf(Trees.text(entry, "clientConfig", "service", "name")))
        .toString();
  }
}
