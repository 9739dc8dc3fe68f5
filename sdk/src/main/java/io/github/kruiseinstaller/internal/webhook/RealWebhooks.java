package io.github.kruiseinstaller.internal.webhook;

import com.google.gson.JsonParseException;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The list of webhooks that a configuration is for, wherever the cluster has it. While the
 * configuration is parked or on probation, the list is kept safe in an annotation of the
 * configuration itself, put there by the very write that took it out of {@code webhooks}: whoever
 * finds a run that was killed can finish it without the release. The write that arms for good
 * removes it.
 *
 * <p>CA bundles are left out: they come from the Secret at the time of arming.
 */
public final class RealWebhooks {
  /** The annotation that keeps the list, as JSON. */
  public static final String ANNOTATION = "kruise-installer.github.io/armed-webhooks";

  private RealWebhooks() {}

  /**
   * The real list of a live configuration; empty when nothing in it tells.
   *
   * <p>An armed configuration tells itself, with the entries that the manager has taken out for
   * having no handler and remembers in the annotation {@code template}. One that is parked or on
   * probation tells what was kept, else what the manager remembers.
   */
  public static List<Map<String, @Nullable Object>> of(Manifest live) {
    List<Map<String, @Nullable Object>> kept = kept(live);
    boolean tellsItself =
        WebhookConfigurations.isArmed(live)
            && (kept.isEmpty() || !WebhookConfigurations.isOnProbation(live));
    if (tellsItself) {
      return withoutTrust(withRemembered(live));
    }
    return kept.isEmpty() ? withoutTrust(WebhookConfigurations.remembered(live)) : kept;
  }

  /** The paths of the real list, by the names of the webhooks; empty for one without a path. */
  public static Map<String, String> paths(Manifest live) {
    Map<String, String> paths = new LinkedHashMap<>();
    of(live)
        .forEach(
            entry ->
                paths.put(
                    Webhooks.name(entry), Objects.requireNonNullElse(Webhooks.path(entry), "")));
    return paths;
  }

  /** The Services that the webhooks of the real list are sent to. */
  public static Set<ObjectRef> services(Manifest live) {
    Set<ObjectRef> services = new LinkedHashSet<>();
    of(live).forEach(entry -> Webhooks.service(entry).ifPresent(services::add));
    return services;
  }

  /** Whether a configuration carries a list that is kept safe. */
  public static boolean isKeptIn(Manifest configuration) {
    return configuration.annotations().containsKey(ANNOTATION);
  }

  /** Keeps a list safe in a configuration that is about to be written; an empty one is not. */
  static void keep(
      Map<String, @Nullable Object> configuration, List<Map<String, @Nullable Object>> list) {
    if (!list.isEmpty()) {
      Trees.child(Trees.child(configuration, "metadata"), "annotations")
          .put(ANNOTATION, Json.compact(withoutTrust(list)));
    }
  }

  /** Forgets what is kept in a configuration that is about to be written. */
  static void forget(Map<String, @Nullable Object> configuration) {
    Trees.child(Trees.child(configuration, "metadata"), "annotations").remove(ANNOTATION);
  }

  private static List<Map<String, @Nullable Object>> kept(Manifest live) {
    try {
      return Trees.maps(Json.parse(live.annotations().getOrDefault(ANNOTATION, "[]")));
    } catch (JsonParseException e) {
      return List.of();
    }
  }

  private static List<Map<String, @Nullable Object>> withRemembered(Manifest live) {
    Map<String, Map<String, @Nullable Object>> all = new LinkedHashMap<>();
    Webhooks.entries(live).forEach(entry -> all.put(Webhooks.name(entry), entry));
    WebhookConfigurations.remembered(live)
        .forEach(entry -> all.putIfAbsent(Webhooks.name(entry), entry));
    return List.copyOf(all.values());
  }

  private static List<Map<String, @Nullable Object>> withoutTrust(
      List<Map<String, @Nullable Object>> list) {
    List<Map<String, @Nullable Object>> copies = new ArrayList<>();
    for (Map<String, @Nullable Object> entry : list) {
      Map<String, @Nullable Object> copy = Trees.mutable(entry);
      if (copy.get("clientConfig") instanceof Map<?, ?>) {
        Trees.map(copy, "clientConfig").remove("caBundle");
      }
      copies.add(copy);
    }
    return copies;
  }
}
