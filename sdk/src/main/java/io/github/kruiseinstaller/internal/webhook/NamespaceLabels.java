package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which labels keep the manager's own namespace out of the webhooks. A manager whose own pods need
 * an answer of the manager never comes back once it is down.
 */
public final class NamespaceLabels {
  static final String NAME_LABEL = "kubernetes.io/metadata.name";
  private static final String CONVENTIONAL_VALUE = "openkruise";
  private static final int MOST_LABELS = 4;

  private NamespaceLabels() {}

  /**
   * The labels that the manager's namespace must carry so that no webhook intercepts the manager's
   * own pods. Those of the release's own Namespace are taken when they do; else they are worked out
   * from the selectors.
   *
   * @param manifests the release's manifests
   * @param namespace the manager's namespace
   * @param podLabels the labels of the manager's pods
   * @return the fewest labels that are needed, may be empty
   * @throws InstallException OWN_NAMESPACE_INTERCEPTED when no label can do it
   */
  public static Map<String, String> required(
      List<Manifest> manifests, String namespace, Map<String, String> podLabels) {
    List<Map<String, @Nullable Object>> webhooks = podWebhooks(manifests, podLabels);
    Map<String, String> none = Map.of();
    if (intercepting(webhooks, namespace, none).isEmpty()) {
      return none;
    }
    Set<String> keys =
        webhooks.stream()
            .flatMap(webhook -> requirements(webhook).stream())
            .map(Selectors.Requirement::key)
            .collect(Collectors.toSet());
    Map<String, String> shipped = new LinkedHashMap<>(shippedLabels(manifests, namespace));
    shipped.keySet().retainAll(keys);
    if (intercepting(webhooks, namespace, shipped).isEmpty()) {
      return Map.copyOf(shipped);
    }
    return derive(webhooks, namespace)
        .orElseThrow(() -> impossible(intercepting(webhooks, namespace, none), namespace));
  }

  /**
   * The webhooks that would intercept the manager's own pods.
   *
   * @param configurations the configurations that are, or are about to be, armed
   * @param namespace the manager's namespace
   * @param labels its live labels; the label with its name is put in, as the API server does
   * @param podLabels the labels of the manager's pods
   */
  public static List<String> interceptors(
      List<Manifest> configurations,
      String namespace,
      Map<String, String> labels,
      Map<String, String> podLabels) {
    return intercepting(podWebhooks(configurations, podLabels), namespace, labels).stream()
        .map(Webhooks::name)
        .toList();
  }

  /** The failure of a namespace that the armed webhooks would intercept. */
  static InstallException intercepted(
      String namespace, List<String> webhooks, Map<String, String> liveLabels) {
    return new InstallException(
        Failure.of(
                FailureCode.OWN_NAMESPACE_INTERCEPTED,
                "the webhooks about to be armed would intercept the manager's own pods in "
                    + namespace,
                "Give the namespace the label that the release expects (for OpenKruise 1.5.1 and"
                    + " later: control-plane=openkruise), and keep others from removing it, or run"
                    + " the installation again: it sets the label.")
            .about(ObjectRef.cluster("v1", "Namespace", namespace))
            .seen(
                List.of(
                    "webhooks that match: " + String.join(", ", webhooks),
                    "labels of the namespace: " + liveLabels)));
  }

  private static List<Map<String, @Nullable Object>> podWebhooks(
      List<Manifest> manifests, Map<String, String> podLabels) {
    return Webhooks.configurations(manifests).stream()
        .flatMap(configuration -> Webhooks.entries(configuration).stream())
        .filter(Webhooks::interceptsPods)
        .filter(entry -> Selectors.matches(entry.get("objectSelector"), podLabels))
        .toList();
  }

  private static List<Map<String, @Nullable Object>> intercepting(
      List<Map<String, @Nullable Object>> webhooks, String namespace, Map<String, String> labels) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.put(NAME_LABEL, namespace);
    return webhooks.stream()
        .filter(webhook -> Selectors.matches(webhook.get("namespaceSelector"), all))
        .toList();
  }

  private static Map<String, String> shippedLabels(List<Manifest> manifests, String namespace) {
    return manifests.stream()
        .filter(manifest -> manifest.isKind("Namespace") && manifest.name().equals(namespace))
        .findFirst()
        .map(Manifest::labels)
        .orElse(Map.of());
  }

  private static Optional<Map<String, String>> derive(
      List<Map<String, @Nullable Object>> webhooks, String namespace) {
    Optional<Map<String, String>> found = Optional.empty();
    for (int most = 1; most <= MOST_LABELS && found.isEmpty(); most++) {
      found = derive(webhooks, namespace, Map.of(), most);
    }
    return found;
  }

  private static Optional<Map<String, String>> derive(
      List<Map<String, @Nullable Object>> webhooks,
      String namespace,
      Map<String, String> labels,
      int most) {
    List<Map<String, @Nullable Object>> open = intercepting(webhooks, namespace, labels);
    if (open.isEmpty()) {
      return Optional.of(labels);
    }
    if (labels.size() == most) {
      return Optional.empty();
    }
    for (Selectors.Requirement requirement : requirements(open.get(0))) {
      if (requirement.key().equals(NAME_LABEL) || labels.containsKey(requirement.key())) {
        continue;
      }
      for (String value : valuesAgainst(requirement, webhooks)) {
        Map<String, String> more = new LinkedHashMap<>(labels);
        more.put(requirement.key(), value);
        Optional<Map<String, String>> found = derive(webhooks, namespace, more, most);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** The values of the requirement's key that may keep a namespace out, the best one first. */
  private static List<String> valuesAgainst(
      Selectors.Requirement requirement, List<Map<String, @Nullable Object>> webhooks) {
    Set<String> values = new LinkedHashSet<>();
    for (Map<String, @Nullable Object> webhook : webhooks) {
      for (Selectors.Requirement other : requirements(webhook)) {
        if (other.key().equals(requirement.key()) && other.operator().equals("NotIn")) {
          values.addAll(other.values());
        }
      }
    }
    List<String> ordered = new ArrayList<>();
    if (values.isEmpty() || values.contains(CONVENTIONAL_VALUE)) {
      ordered.add(CONVENTIONAL_VALUE);
    }
    values.stream().filter(value -> !ordered.contains(value)).forEach(ordered::add);
    boolean escapes =
        requirement.operator().equals("NotIn") || requirement.operator().equals("DoesNotExist");
    return escapes ? ordered : List.of();
  }

  private static List<Selectors.Requirement> requirements(Map<String, @Nullable Object> webhook) {
    return Selectors.requirements(webhook.get("namespaceSelector"));
  }

  private static InstallException impossible(
      List<Map<String, @Nullable Object>> webhooks, String namespace) {
    List<String> evidence = new ArrayList<>();
    for (Map<String, @Nullable Object> webhook : webhooks) {
      String selector = Selectors.describe(webhook.get("namespaceSelector"));
      evidence.add(
          Webhooks.name(webhook)
              + (selector.isEmpty()
                  ? " has no namespaceSelector"
                  : " has the namespaceSelector " + selector));
    }
    return new InstallException(
        Failure.of(
                FailureCode.OWN_NAMESPACE_INTERCEPTED,
                "no label can keep the namespace "
                    + namespace
                    + " out of the release's Pod webhooks, so the manager would depend on itself",
                "Give every webhook on pods a namespaceSelector that leaves out namespaces with a"
                    + " label, as the official charts do with control-plane=openkruise.")
            .about(ObjectRef.cluster("v1", "Namespace", namespace))
            .seen(evidence));
  }
}
