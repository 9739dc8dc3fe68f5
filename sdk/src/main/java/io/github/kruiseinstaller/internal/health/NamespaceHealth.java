package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.NamespaceLabels;
import io.github.kruiseinstaller.internal.webhook.RealWebhooks;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The manager's namespace is there, stays, and is spared from the manager's own webhooks. */
final class NamespaceHealth implements HealthCheck {
  static final String STATE = "manager-namespace";
  static final String SPARED = "own-namespace-spared";

  @Override
  public List<Finding> judge(HealthScene scene) {
    LiveInstallation live = scene.live();
    if (!live.namespaces().isSeen()) {
      return List.of(
          Finding.unseen(STATE, CheckCategory.NAMESPACE, "namespaces", live.namespaces()),
          Finding.unseen(SPARED, CheckCategory.NAMESPACE, "namespaces", live.namespaces()));
    }
    ObjectRef ref = live.location().namespaceRef();
    Optional<Manifest> namespace = live.namespace();
    if (namespace.isEmpty()) {
      return List.of(
          Finding.of(
              Check.fail(
                      STATE,
                      CheckCategory.NAMESPACE,
                      ref + " does not exist",
                      "Install again, or take the webhook configurations out of effect: repair().")
                  .about(ref)));
    }
    return List.of(Finding.of(state(namespace.get())), Finding.of(spared(live, namespace.get())));
  }

  private static Check state(Manifest namespace) {
    return namespace.at("metadata", "deletionTimestamp") == null
        ? Check.pass(STATE, CheckCategory.NAMESPACE, namespace.ref() + " exists")
            .about(namespace.ref())
        : Check.fail(
                STATE,
                CheckCategory.NAMESPACE,
                namespace.ref() + " is being deleted",
                "Disarm the webhooks, wait until the namespace is gone, and install again.")
            .about(namespace.ref());
  }

  private static Check spared(LiveInstallation live, Manifest namespace) {
    Map<String, String> podLabels = live.manager().map(ManagerPods::labels).orElse(Map.of());
    List<String> interceptors =
        NamespaceLabels.interceptors(
            live.armed().stream().map(NamespaceHealth::refusing).toList(),
            namespace.name(),
            namespace.labels(),
            podLabels);
    return interceptors.isEmpty()
        ? Check.pass(
                SPARED,
                CheckCategory.NAMESPACE,
                "the manager's own Pods do not depend on its webhooks")
            .about(namespace.ref())
        : Check.warn(
                SPARED,
                CheckCategory.NAMESPACE,
                "the manager's own Pods are intercepted by its webhooks: once it is down, it stays"
                    + " down",
                "Give the namespace the label that the webhooks leave out: kubectl label namespace"
                    + " "
                    + namespace.name()
                    + " control-plane=openkruise --overwrite, or repair().")
            .about(namespace.ref())
            .seen(List.of("intercepted by " + interceptors));
  }

  /** With those webhooks only that refuse what nobody answers, or will after their probation. */
  private static Manifest refusing(Manifest armed) {
    List<Map<String, @Nullable Object>> entries =
        ConfigurationHealth.isOnProbation(armed) ? RealWebhooks.of(armed) : armed.maps("webhooks");
    List<Map<String, @Nullable Object>> refusing =
        entries.stream()
            .filter(entry -> !"Ignore".equals(Trees.text(entry, "failurePolicy")))
            .toList();
    return armed.edit(tree -> tree.put("webhooks", refusing));
  }
}
