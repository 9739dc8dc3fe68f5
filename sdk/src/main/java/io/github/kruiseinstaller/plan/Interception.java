package io.github.kruiseinstaller.plan;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one armed webhook will intercept: a row of the blast radius. A webhook for cluster-wide
 * objects, which no namespace selector spares, has no namespaces, neither here nor excluded.
 *
 * @param webhook the webhook's name, such as {@code mpod.kb.io}
 * @param configuration the configuration that holds it
 * @param operations such as {@code CREATE}
 * @param resources such as {@code pods} or {@code clonesets.apps.kruise.io}
 * @param failurePolicy {@code Fail} or {@code Ignore}
 * @param timeoutSeconds how long the API server waits for an answer
 * @param namespaces the live namespaces in which it applies; none for cluster-wide objects
 * @param excludedNamespaces the live namespaces in which it does not
 * @param onlyLabelled the object selector for people, empty when every object matches
 */
public record Interception(
    String webhook,
    String configuration,
    List<String> operations,
    List<String> resources,
    String failurePolicy,
    long timeoutSeconds,
    List<String> namespaces,
    List<String> excludedNamespaces,
    String onlyLabelled) {
  /** Copies the lists. */
  public Interception {
    operations = List.copyOf(operations);
    resources = List.copyOf(resources);
    namespaces = List.copyOf(namespaces);
    excludedNamespaces = List.copyOf(excludedNamespaces);
  }

  /** The JSON form as maps and lists; an item of {@code blastRadius} in a plan. */
  public Map<String, @Nullable Object> toMap() {
    return PlanJson.interception(this);
  }

  /** {@code mpod.kb.io: CREATE pods in 41 of 44 namespaces, Fail, 30 s}. */
  @Override
  public String toString() {
    int all = namespaces.size() + excludedNamespaces.size();
    return webhook
        + ": "
        + String.join(",", operations)
        + " "
        + String.join(",", resources)
        + (onlyLabelled.isEmpty() ? "" : " with " + onlyLabelled)
        + (all == 0
            ? ", cluster-wide, "
            : " in " + namespaces.size() + " of " + all + " namespaces, ")
        + failurePolicy
        + ", "
        + timeoutSeconds
        + " s";
  }
}
