package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Allowed;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The handlers of a manager, by path. */
final class AdmissionHandlers {
  private AdmissionHandlers() {}

  /**
   * Those that are active: known to the version, not switched off by a gate, and not without the
   * kinds that they need.
   */
  static Map<String, AdmissionHandler> of(
      KruiseClient client, ManagerSettings settings, Supplier<Instant> clock) {
    Set<String> paths = WebhookPaths.of(settings.version());
    boolean pods = settings.gates().enabled(FeatureGates.POD_WEBHOOK);
    if (!pods || !client.serves(Plural.SIDECAR_SETS)) {
      paths.remove(WebhookPaths.MUTATE_POD);
    }
    if (!pods || !client.serves(Plural.BUDGETS)) {
      paths.remove(WebhookPaths.VALIDATE_POD);
    }
    AdmissionHandler protection = new DeletionProtection(client, settings.gates());
    Map<String, AdmissionHandler> handlers = new LinkedHashMap<>();
    for (String path : paths) {
      String subject = WebhookPaths.subject(path);
      handlers.put(
          path,
          WebhookPaths.mutates(path)
              ? mutating(subject, client, settings, clock)
              : validating(subject, protection));
    }
    return handlers;
  }

  private static AdmissionHandler mutating(
      String subject, KruiseClient client, ManagerSettings settings, Supplier<Instant> clock) {
    return switch (subject) {
      case "pod" -> new SidecarInjection(client, clock);
      case "kruise-cloneset" -> new CloneSetDefaults(settings.gates());
      case "kruise-sidecarset" -> new SidecarSetDefaults();
      default -> question -> new Allowed();
    };
  }

  private static AdmissionHandler validating(String subject, AdmissionHandler protection) {
    return switch (subject) {
      case "kruise-cloneset", "kruise-statefulset" ->
          new WorkloadValidation(subject.replaceFirst("kruise-", ""), protection);
      case "kruise-daemonset" -> new WorkloadValidation("daemonset", question -> new Allowed());
      case "kruise-uniteddeployment",
          "apps-deployment",
          "apps-replicaset",
          "apps-statefulset",
          "customresourcedefinition",
          "namespace",
          "service",
          "ingress" ->
          protection;
      case "kruise-sidecarset" -> new SidecarSetValidation();
      // Pods and evictions too: no budget is ever used up.
      default -> question -> new Allowed();
    };
  }
}
