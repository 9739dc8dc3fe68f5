package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.NamespaceLabels;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Whether the namespaces can be used, and the manager's own is spared from the webhooks. */
final class NamespaceChecks implements PreflightCheck {
  static final String STATE = "namespace-state";
  static final String LABELS = "namespace-labels";

  @Override
  public List<Check> look(Scene scene) {
    if (!scene.live().namespaces().isSeen()) {
      String why = "namespaces may not be looked at: " + scene.live().namespaces().unseen();
      return List.of(
          Check.skipped(STATE, CheckCategory.NAMESPACE, why),
          Check.skipped(LABELS, CheckCategory.NAMESPACE, why));
    }
    return List.of(state(scene), labels(scene));
  }

  private static Check state(Scene scene) {
    Release release = scene.release();
    List<Manifest> terminating =
        Stream.concat(
                Stream.of(release.namespace()), release.namespaces().stream().map(Manifest::name))
            .distinct()
            .flatMap(name -> scene.namespace(name).stream())
            .filter(live -> live.at("metadata", "deletionTimestamp") != null)
            .toList();
    if (!terminating.isEmpty()) {
      Manifest first = terminating.get(0);
      List<String> held = new ArrayList<>();
      first
          .maps("status", "conditions")
          .forEach(
              condition -> {
                if ("True".equals(condition.get("status"))) {
                  held.add(condition.get("type") + ": " + Trees.text(condition, "message"));
                }
              });
      return Check.fail(
              STATE,
              CheckCategory.NAMESPACE,
              first.ref() + " is being deleted: nothing can be made in it",
              "Wait until it is gone, or see to what its conditions say holds it: kubectl get"
                  + " namespace "
                  + first.name()
                  + " -o yaml.")
          .about(first.ref())
          .seen(held);
    }
    Optional<Manifest> live = scene.namespace();
    return live.isEmpty()
        ? Check.pass(
            STATE,
            CheckCategory.NAMESPACE,
            "namespace " + release.namespace() + " does not exist yet and will be made")
        : Check.pass(STATE, CheckCategory.NAMESPACE, live.get().ref() + " exists")
            .about(live.get().ref());
  }

  private static Check labels(Scene scene) {
    Release release = scene.release();
    Map<String, String> podLabels = ManagerPods.labels(release.managerDeployment());
    Map<String, String> required;
    try {
      required = NamespaceLabels.required(release.manifests(), release.namespace(), podLabels);
    } catch (InstallException e) {
      return Check.fail(
              LABELS, CheckCategory.NAMESPACE, e.failure().message(), e.failure().remedy())
          .about(e.failure().object())
          .seen(e.failure().evidence());
    }
    Optional<Manifest> live = scene.namespace();
    if (live.isEmpty()) {
      return Check.pass(
          LABELS,
          CheckCategory.NAMESPACE,
          "the namespace will carry what spares the manager from its webhooks: " + text(required));
    }
    List<String> interceptors =
        NamespaceLabels.interceptors(
            release.webhookConfigurations(), release.namespace(), live.get().labels(), podLabels);
    return interceptors.isEmpty()
        ? Check.pass(
                LABELS,
                CheckCategory.NAMESPACE,
                "the namespace carries what spares the manager from its webhooks")
            .about(live.get().ref())
        : Check.warn(
                LABELS,
                CheckCategory.NAMESPACE,
                "the namespace lacks the label that spares the manager from its own webhooks; this"
                    + " installer sets it, Helm and kubectl do not",
                "Nothing, when this installer is used; by hand: kubectl label namespace %s %s"
                    .formatted(release.namespace(), text(required)))
            .about(live.get().ref())
            .seen(List.of("would intercept the manager's own Pods: " + interceptors));
  }

  private static String text(Map<String, String> labels) {
    return labels.isEmpty()
        ? "no label is needed"
        : String.join(
            " ",
            new TreeMap<>(labels)
                .entrySet().stream()
                    .map(label -> label.getKey() + "=" + label.getValue())
                    .toList());
  }
}
