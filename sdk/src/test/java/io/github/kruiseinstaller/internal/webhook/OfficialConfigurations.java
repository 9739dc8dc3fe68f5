package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.yaml.YamlReader;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.testing.Charts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The official charts' namespaces and webhook configurations, and what an API server makes of them.
 */
final class OfficialConfigurations {
  static final String NAMESPACE = "kruise-system";
  static final Map<String, String> POD_LABELS = Map.of("control-plane", "controller-manager");
  static final String CA = "Y2EtYnVuZGxl";

  private OfficialConfigurations() {}

  static Stream<String> versions() {
    return Charts.versions().stream();
  }

  /** Namespaces and webhook configurations of a release. */
  static List<Manifest> of(String version) {
    return Stream.of(Charts.rendered(version).split("(?m)^---\\s*$", -1))
        .filter(text -> text.contains("WebhookConfiguration\n") || text.contains("kind: Namespace"))
        .flatMap(text -> YamlReader.read("chart", text).stream())
        .map(document -> Manifest.of(document.tree()))
        .toList();
  }

  static Manifest mutating(String version) {
    return WebhookConfigurations.in(of(version)).get(0);
  }

  static Manifest validating(String version) {
    return WebhookConfigurations.in(of(version)).get(1);
  }

  /** A configuration as an API server stores it: with metadata of its own and every default. */
  static Manifest stored(Manifest sent) {
    return sent.edit(
        tree -> {
          Map<String, @Nullable Object> metadata = Trees.map(tree, "metadata");
          metadata.put("uid", "u-1");
          metadata.put("generation", 1L);
          metadata.put("resourceVersion", "42");
          List<Object> webhooks = new ArrayList<>();
          for (Map<String, @Nullable Object> entry : Trees.maps(tree, "webhooks")) {
            webhooks.add(defaulted(entry, sent.isKind(Webhooks.MUTATING)));
          }
          tree.put("webhooks", webhooks);
        });
  }

  /** What the manager makes of an armed configuration when it sees it first. */
  static Manifest adopted(Manifest armed) {
    return withTemplate(armed, Json.compact(armed.list("webhooks")));
  }

  static Manifest withTemplate(Manifest manifest, String template) {
    return manifest.edit(
        tree -> {
          Map<String, @Nullable Object> metadata = Trees.map(tree, "metadata");
          Map<String, @Nullable Object> annotations =
              Trees.mutable(Trees.map(metadata, "annotations"));
          annotations.put("template", template);
          metadata.put("annotations", annotations);
        });
  }

  private static Map<String, @Nullable Object> defaulted(
      Map<String, @Nullable Object> sent, boolean mutating) {
    Map<String, @Nullable Object> entry = new LinkedHashMap<>(Trees.mutable(sent));
    Trees.map(entry, "clientConfig", "service").put("port", 443L);
    entry.putIfAbsent("failurePolicy", "Fail");
    entry.putIfAbsent("matchPolicy", "Equivalent");
    entry.putIfAbsent("namespaceSelector", Map.of());
    entry.putIfAbsent("objectSelector", Map.of());
    entry.putIfAbsent("timeoutSeconds", 10L);
    if (mutating) {
      entry.putIfAbsent("reinvocationPolicy", "Never");
    }
    Trees.maps(entry, "rules").forEach(rule -> rule.putIfAbsent("scope", "*"));
    return entry;
  }
}
