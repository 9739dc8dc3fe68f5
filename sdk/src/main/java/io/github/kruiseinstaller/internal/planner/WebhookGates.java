package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.tree.FeatureGateFlags;
import io.github.kruiseinstaller.model.Manifest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a manager's feature gates say of the webhooks that it serves. It takes those that it does
 * not serve out of the configurations, and answers "not found" to them.
 *
 * @param gates the gates that are given, by name
 */
record WebhookGates(Map<String, String> gates) {
  private static final String ON = "true";
  private static final String OFF = "false";

  WebhookGates {
    gates = Map.copyOf(gates);
  }

  /** The gates in the arguments of a Deployment's containers. */
  static WebhookGates of(Manifest deployment) {
    Map<String, String> gates = new HashMap<>();
    for (Map<String, @Nullable Object> container :
        deployment.maps("spec", "template", "spec", "containers")) {
      gates.putAll(FeatureGateFlags.of(container));
    }
    gates.replaceAll((gate, value) -> FeatureGateFlags.isTrue(value) ? ON : OFF);
    return new WebhookGates(gates);
  }

  /** Whether a manager with these gates and one with those treat a path alike. */
  boolean agree(WebhookGates other, String path) {
    return said(path).equals(other.said(path));
  }

  /** Whether a path is switched off. */
  boolean switchOff(String path) {
    return said(path).equals(OFF);
  }

  /** What is said of a path: true, false, or something else when that is up to the version. */
  private String said(String path) {
    return switch (path) {
      case "/mutate-pod", "/validate-pod" -> pods();
      case "/validate-service", "/validate-ingress" -> protection();
      default -> "";
    };
  }

  private String pods() {
    return gates.getOrDefault("PodWebhook", gates.getOrDefault("AllBeta", ON));
  }

  /** Alpha in some versions and beta in others, with different defaults; never without Pods'. */
  private String protection() {
    return pods().equals(OFF)
        ? OFF
        : gates.getOrDefault(
            "ResourcesDeletionProtection",
            gates.getOrDefault("AllAlpha", "") + "," + gates.getOrDefault("AllBeta", ""));
  }
}
