package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The webhooks that the API server asks about the object of a probe. Conditions ({@code
 * matchConditions}) are not evaluated: who may be asked counts as asked.
 *
 * @param names their names
 * @param longest how long they can keep the answer waiting, together, when none of them answers
 */
public record ProbeWebhooks(List<String> names, Duration longest) {
  private static final long DEFAULT_TIMEOUT_SECONDS = 10;

  /** Copies the names. */
  public ProbeWebhooks {
    names = List.copyOf(names);
  }

  /**
   * Those that are asked about the Pod.
   *
   * @param configurations the configurations that count
   * @param namespace the live namespace of the probe, or null when it could not be seen
   */
  public static ProbeWebhooks ofPod(List<Manifest> configurations, @Nullable Manifest namespace) {
    return of(configurations, namespace, "", "pods");
  }

  /** Those that are asked about the CloneSet; as {@link #ofPod}. */
  public static ProbeWebhooks ofCloneSet(
      List<Manifest> configurations, @Nullable Manifest namespace) {
    return of(configurations, namespace, "apps.kruise.io", "clonesets");
  }

  /** Whether nobody is asked. */
  public boolean isEmpty() {
    return names.isEmpty();
  }

  private static ProbeWebhooks of(
      List<Manifest> configurations, @Nullable Manifest namespace, String group, String resource) {
    List<String> names = new ArrayList<>();
    long oneByOne = 0;
    long last = 0;
    for (Manifest configuration : configurations) {
      for (Map<String, @Nullable Object> entry : Webhooks.entries(configuration)) {
        if (Webhooks.interceptsCreation(entry, group, resource) && selects(entry, namespace)) {
          names.add(Webhooks.name(entry));
          long seconds = Trees.number(DEFAULT_TIMEOUT_SECONDS, entry, "timeoutSeconds");
          // Mutating ones wait for each other; one that is required ends the request, and all
          // validating ones are asked at once.
          if (configuration.isKind(Webhooks.MUTATING) && isOptional(entry)) {
            oneByOne += seconds;
          } else {
            last = Math.max(last, seconds);
          }
        }
      }
    }
    return new ProbeWebhooks(names, Duration.ofSeconds(oneByOne + last));
  }

  private static boolean isOptional(Map<String, @Nullable Object> entry) {
    return "Ignore".equals(Trees.text(entry, "failurePolicy"));
  }

  private static boolean selects(
      Map<String, @Nullable Object> entry, @Nullable Manifest namespace) {
    return Selectors.matches(entry.get("objectSelector"), ProbeObjects.LABELS)
        && (namespace == null
            || Selectors.matches(
                entry.get("namespaceSelector"), BlastRadius.labelsWithName(namespace)));
  }
}
