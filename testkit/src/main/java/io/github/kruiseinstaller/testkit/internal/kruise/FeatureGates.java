package io.github.kruiseinstaller.testkit.internal.kruise;

import java.util.LinkedHashMap;
import java.util.Map;

/** The feature gates of one process. Immutable. */
final class FeatureGates {
  static final String POD_WEBHOOK = "PodWebhook";
  static final String KRUISE_DAEMON = "KruiseDaemon";
  static final String EXTERNAL_CERTS = "EnableExternalCerts";
  static final String DELETION_PROTECTION = "ResourcesDeletionProtection";
  static final String CRD_CASCADING = "DeletionProtectionForCRDCascadingGate";
  static final String POD_PROBE_MARKER = "PodProbeMarkerGate";
  static final String SHORT_HASH = "CloneSetShortHash";
  static final String TEMPLATE_NO_DEFAULTS = "TemplateNoDefaults";

  private static final Map<String, Boolean> DEFAULTS =
      Map.of(
          POD_WEBHOOK,
          true,
          KRUISE_DAEMON,
          true,
          EXTERNAL_CERTS,
          false,
          DELETION_PROTECTION,
          true,
          CRD_CASCADING,
          false,
          POD_PROBE_MARKER,
          true,
          SHORT_HASH,
          false,
          TEMPLATE_NO_DEFAULTS,
          false);

  private final Map<String, Boolean> set;

  private FeatureGates(Map<String, Boolean> set) {
    this.set = set;
  }

  /**
   * Reads the value of {@code --feature-gates}, such as {@code A=true,B=false}; what is no gate is
   * left out.
   */
  static FeatureGates parse(String text, ManagerVersion version) {
    Map<String, Boolean> set = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      String[] gate = part.trim().split("=", 2);
      if (gate.length == 2) {
        set.put(gate[0].trim(), Boolean.parseBoolean(gate[1].trim()));
      }
    }
    // AllAlpha switches what is alpha; these two are beta.
    Boolean alpha = set.get("AllAlpha");
    if (alpha != null) {
      DEFAULTS.keySet().stream()
          .filter(gate -> !gate.equals(POD_WEBHOOK) && !gate.equals(KRUISE_DAEMON))
          .forEach(gate -> set.putIfAbsent(gate, alpha));
    }
    if (!version.knowsExternalCertificates()) {
      set.put(EXTERNAL_CERTS, false);
    }
    return new FeatureGates(dependent(set));
  }

  private static Map<String, Boolean> dependent(Map<String, Boolean> set) {
    if (!enabled(set, POD_WEBHOOK)) {
      set.put(DELETION_PROTECTION, false);
    }
    if (!enabled(set, KRUISE_DAEMON)) {
      set.put(POD_PROBE_MARKER, false);
    }
    if (!enabled(set, DELETION_PROTECTION)) {
      set.put(CRD_CASCADING, false);
    }
    return Map.copyOf(set);
  }

  /** Whether a gate is open. */
  boolean enabled(String gate) {
    return enabled(set, gate);
  }

  private static boolean enabled(Map<String, Boolean> set, String gate) {
    Boolean value = set.get(gate);
    return value != null ? value : DEFAULTS.getOrDefault(gate, false);
  }
}
