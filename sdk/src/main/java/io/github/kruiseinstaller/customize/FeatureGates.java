package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.internal.tree.FeatureGateFlags;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.Release;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Switches feature gates in the arguments of manager and daemon, and takes out the objects that go
 * with a gate, as OpenKruise's chart does when it is rendered with the gate.
 */
final class FeatureGates implements Consumer<Draft> {
  static final String EXTERNAL_CERTS = "EnableExternalCerts";

  private static final String FLAG = "feature-gates";
  private static final String POD_WEBHOOK = "PodWebhook";
  private static final String KRUISE_DAEMON = "KruiseDaemon";
  private static final String ALL_ALPHA = "AllAlpha";
  private static final String RESIZE_VOLUMES = "StatefulSetAutoResizePVCGate";
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]*");

  private static final List<String> CORE = List.of("");

  private static final Predicate<Manifest> CERTIFICATE_ROLE =
      Draft.named("ClusterRole", "kruise-certs-role");
  private static final Predicate<Manifest> CERTIFICATE_BINDING =
      Draft.named("ClusterRoleBinding", "kruise-certs-rolebinding");
  private static final Predicate<Manifest> MANAGER_ROLE =
      Draft.named("ClusterRole", "kruise-manager-role");

  private final SortedMap<String, Boolean> wanted;

  FeatureGates(String option, Map<String, Boolean> gates) {
    if (gates.isEmpty()) {
      throw OptionInvalid.value(option, "no gate is given", "Give at least one feature gate.");
    }
    for (String gate : gates.keySet()) {
      if (!NAME.matcher(gate).matches()) {
        throw OptionInvalid.value(
            option,
            "'" + gate + "' is not the name of a feature gate",
            "Use a name such as PodWebhook.");
      }
    }
    this.wanted = new TreeMap<>(gates);
  }

  @Override
  public void accept(Draft draft) {
    for (String gate : wanted.keySet()) {
      String objection = KnownGates.objection(gate, draft.before().version());
      if (objection != null) {
        throw draft.invalid(
            objection + "; a manager that meets an unknown gate ends at start",
            "Leave the gate out, correct its name or use a release that knows it. For a manager of"
                + " your own that knows more gates, change the argument with Customizer.manifest.");
      }
    }
    Map<String, String> before = FeatureGateFlags.of(draft.before().managerContainer());
    draft.workloads(this::merge);
    applyPodWebhook(draft);
    applyDaemon(draft);
    applyExternalCertificates(draft, before);
    if (isTrue(wanted.get(RESIZE_VOLUMES))) {
      draft.editSome(MANAGER_ROLE, "ClusterRole kruise-manager-role", FeatureGates::letReadStorage);
    }
  }

  /** Keeps the places of gates that are there; adds the others in the order of their names. */
  private void merge(Workload workload) {
    String present = workload.flag(FLAG);
    Map<String, String> gates = FeatureGateFlags.parse(present == null ? "" : present);
    wanted.forEach((gate, on) -> gates.put(gate, on.toString()));
    workload.flag(
        FLAG,
        gates.entrySet().stream()
            .map(gate -> gate.getKey() + "=" + gate.getValue())
            .collect(Collectors.joining(",")));
  }

  /**
   * Takes the webhooks on Pods out. Charts before 1.7 leave them in and rely on the manager to drop
   * them; until it does, each one would refuse every Pod, because the manager answers 404.
   */
  private void applyPodWebhook(Draft draft) {
    Boolean on = wanted.get(POD_WEBHOOK);
    if (on != null && !on) {
      draft.edit(
          Draft::isWebhookConfiguration,
          configuration -> configuration.removeItems("webhooks", FeatureGates::isAboutPodsOnly));
    } else if (isTrue(on) && !hasPodWebhook(draft.before())) {
      throw cannotBring(draft, "its webhooks on Pods", POD_WEBHOOK);
    }
  }

  private void applyDaemon(Draft draft) {
    Boolean on = wanted.get(KRUISE_DAEMON);
    if (on != null && !on) {
      draft.drop(draft::isDaemon);
    } else if (isTrue(on) && !draft.has(draft::isDaemon)) {
      throw cannotBring(draft, "the DaemonSet kruise-daemon", KRUISE_DAEMON);
    }
  }

  private void applyExternalCertificates(Draft draft, Map<String, String> before) {
    Boolean on = wanted.get(EXTERNAL_CERTS);
    if (isTrue(on)) {
      draft.drop(CERTIFICATE_ROLE.or(CERTIFICATE_BINDING).or(draft::isCertificate));
    } else if (on != null && !draft.has(CERTIFICATE_ROLE)) {
      throw cannotBring(draft, "the ClusterRole kruise-certs-role", EXTERNAL_CERTS);
    } else if (on == null
        && isTrue(wanted.get(ALL_ALPHA))
        && !"false".equals(before.get(EXTERNAL_CERTS))
        && KnownGates.isAtLeast(draft.before().version(), 1, 7)) {
      draft.drop(draft::isCertificate);
    }
  }

  private static RuntimeException cannotBring(Draft draft, String missing, String gate) {
    return draft.invalid(
        "the release was made without " + missing + ", which " + gate + " needs",
        "Use a release that was rendered with the default feature gates.");
  }

  private static boolean hasPodWebhook(Release release) {
    return release.webhookConfigurations().stream()
        .flatMap(configuration -> configuration.maps("webhooks").stream())
        .anyMatch(webhook -> isAboutPodsOnly(new Node(webhook)));
  }

  private static boolean isAboutPodsOnly(Node webhook) {
    List<Node> rules = webhook.items("rules");
    return !rules.isEmpty()
        && rules.stream().allMatch(rule -> rule.list("apiGroups").equals(CORE) && areAllPods(rule));
  }

  private static boolean areAllPods(Node rule) {
    return rule.list("resources").stream()
        .map(Objects::toString)
        .allMatch(resource -> resource.equals("pods") || resource.startsWith("pods/"));
  }

  private static void letReadStorage(Node role) {
    Map<String, @Nullable Object> rule = new LinkedHashMap<>();
    rule.put("apiGroups", List.of("storage.k8s.io"));
    rule.put("resources", List.of("storageclasses"));
    rule.put("verbs", List.of("get", "list", "watch"));
    if (!role.list("rules").contains(rule)) {
      role.list("rules").add(rule);
    }
  }

  private static boolean isTrue(@Nullable Boolean value) {
    return Boolean.TRUE.equals(value);
  }
}
