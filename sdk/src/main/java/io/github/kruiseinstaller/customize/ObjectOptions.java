package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;

/** Options that touch many objects: labels, annotations and webhook time-outs. */
final class ObjectOptions {
  private static final Predicate<Manifest> MANAGER_ROLE =
      Draft.named("ClusterRole", "kruise-manager-role");
  private static final List<String> LIST = List.of("list");

  private ObjectOptions() {}

  static Customizer labels(Map<String, String> labels) {
    String option = "labels";
    SortedMap<String, String> checked = Syntax.labels(option, labels);
    refuse(
        option,
        checked,
        Set.of("control-plane", "kubernetes.io/metadata.name"),
        "the webhooks' selectors depend on it");
    return new Option(
        option + checked,
        draft -> draft.edit(any -> true, root -> root.at("metadata", "labels").setAll(checked)));
  }

  static Customizer annotations(Map<String, String> annotations) {
    String option = "annotations";
    SortedMap<String, String> checked = checkedAnnotations(option, annotations);
    return new Option(option, draft -> draft.edit(any -> true, root -> annotate(root, checked)));
  }

  static Customizer serviceAccountAnnotations(Map<String, String> annotations) {
    String option = "serviceAccountAnnotations";
    SortedMap<String, String> checked = checkedAnnotations(option, annotations);
    return new Option(
        option,
        draft ->
            draft.editSome(
                manifest -> manifest.isKind("ServiceAccount"),
                "ServiceAccount",
                root -> annotate(root, checked)));
  }

  static Customizer externalCertificateAnnotations(Map<String, String> annotations) {
    String option = "externalCertificateAnnotations";
    SortedMap<String, String> checked = checkedAnnotations(option, annotations);
    return new Option(
        option,
        draft -> {
          if (!KnownGates.isAtLeast(draft.before().version(), 1, 7)) {
            throw draft.invalid(
                "the manager of " + draft.before().version() + " always makes its own certificate",
                "Leave the option out, or use OpenKruise 1.7 or later.");
          }
          draft.edit(
              manifest -> Draft.isWebhookConfiguration(manifest) || isConverted(manifest),
              root -> annotate(root, checked));
        });
  }

  static Customizer webhookTimeout(Duration timeout) {
    String option = "webhookTimeout(" + timeout + ")";
    if (timeout.toNanosPart() != 0 || timeout.toSeconds() < 1 || timeout.toSeconds() > 30) {
      throw OptionInvalid.value(
          option,
          "Kubernetes allows 1 to 30 whole seconds",
          "Give a Duration between 1 s and 30 s without fractions.");
    }
    long seconds = timeout.toSeconds();
    return new Option(
        option,
        draft ->
            draft.edit(
                Draft::isWebhookConfiguration,
                root ->
                    root.items("webhooks")
                        .forEach(webhook -> webhook.set("timeoutSeconds", seconds))));
  }

  static Customizer roleListGroups(List<String> groups) {
    String option = "roleListGroups" + groups;
    if (groups.isEmpty()) {
      throw OptionInvalid.value(option, "no group is given", "Give at least one API group.");
    }
    for (String group : groups) {
      if (!group.isEmpty() && !group.equals("*")) {
        Syntax.objectName(option, group);
      }
    }
    List<String> copy = List.copyOf(groups);
    return new Option(
        option,
        draft ->
            draft.editSome(
                MANAGER_ROLE, "ClusterRole kruise-manager-role", role -> list(role, copy)));
  }

  private static void list(Node role, List<String> groups) {
    for (Node rule : role.items("rules")) {
      if (rule.list("resources").equals(List.of("*")) && rule.list("verbs").equals(LIST)) {
        rule.set("apiGroups", groups);
        return;
      }
    }
    throw new IllegalArgumentException("the role has no rule that lists everything");
  }

  private static SortedMap<String, String> checkedAnnotations(
      String option, Map<String, String> annotations) {
    SortedMap<String, String> checked = Syntax.annotations(option, annotations);
    refuse(option, checked, Set.of("template"), "the manager keeps the webhook list in it");
    return checked;
  }

  private static void refuse(
      String option, Map<String, String> given, Set<String> keys, String reason) {
    for (String key : keys) {
      if (given.containsKey(key)) {
        throw OptionInvalid.value(
            option, "'" + key + "' cannot be set, because " + reason, "Use another key.");
      }
    }
  }

  private static boolean isConverted(Manifest manifest) {
    return manifest.isKind("CustomResourceDefinition")
        && "Webhook".equals(manifest.text("spec", "conversion", "strategy"));
  }

  private static void annotate(Node root, Map<String, String> annotations) {
    root.at("metadata", "annotations").setAll(annotations);
  }
}
