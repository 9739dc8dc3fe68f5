package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.WebhookTarget.ServiceName;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The few changes that every release goes through; an object that needs none stays as it is. */
final class Normalization {
  private static final String CREATION_TIMESTAMP = "creationTimestamp";
  private static final String CA_BUNDLE = "caBundle";

  private Normalization() {}

  /** Drops what only an API server writes, and certificates that are none. */
  static Manifest clean(Manifest manifest) {
    Map<String, @Nullable Object> tree = Trees.mutable(manifest.tree());
    tree.remove("status");
    dropNullTimestamp(Trees.map(tree, "metadata"));
    dropNullTimestamp(Trees.map(tree, "spec", "template", "metadata"));
    // Kubernetes 1.31 and later refuse a caBundle without a certificate, such as "Cg==".
    dropEmptyCaBundle(Trees.map(tree, "spec", "conversion", "webhook", "clientConfig"));
    Trees.maps(tree, "webhooks")
        .forEach(webhook -> dropEmptyCaBundle(Trees.map(webhook, "clientConfig")));
    return tree.equals(manifest.tree()) ? manifest : Manifest.of(tree);
  }

  /**
   * Points the conversion webhook of a custom resource definition to the webhooks' Service: charts
   * carry placeholders there, or the default namespace.
   */
  static Manifest pointConversionTo(ServiceName service, Manifest definition) {
    boolean pointsSomewhere =
        definition.at("spec", "conversion", "webhook", "clientConfig", "service")
            instanceof Map<?, ?>;
    if (!definition.isKind("CustomResourceDefinition") || !pointsSomewhere) {
      return definition;
    }
    Manifest pointed =
        definition.edit(
            tree -> {
              Map<String, @Nullable Object> target =
                  Trees.map(tree, "spec", "conversion", "webhook", "clientConfig", "service");
              target.put("name", service.name());
              target.put("namespace", service.namespace());
            });
    return pointed.equals(definition) ? definition : pointed;
  }

  /**
   * Points webhooks to the namespace where their Service is, where the default namespace is written
   * into them, as it is in the charts of 1.5; the manager does the same when it starts. A webhook
   * whose Service the release has in no other namespace, or in several, stays as it is.
   */
  static Manifest moveWebhooks(Manifest configuration, List<Manifest> release) {
    boolean moves =
        WebhookTarget.serviceNames(configuration).stream()
            .anyMatch(service -> elsewhere(service, release).isPresent());
    if (!moves) {
      return configuration;
    }
    return configuration.edit(
        tree -> {
          for (Map<String, @Nullable Object> webhook : Trees.maps(tree, "webhooks")) {
            Map<String, @Nullable Object> service = Trees.map(webhook, "clientConfig", "service");
            ServiceName named =
                new ServiceName(
                    String.valueOf(service.get("namespace")), String.valueOf(service.get("name")));
            elsewhere(named, release).ifPresent(place -> service.put("namespace", place));
          }
        });
  }

  /** The one namespace where a Service is that is not in the default one. */
  private static Optional<String> elsewhere(ServiceName service, List<Manifest> release) {
    if (!service.namespace().equals(ChartRenderer.DEFAULT_NAMESPACE)) {
      return Optional.empty();
    }
    List<String> places =
        release.stream()
            .filter(manifest -> manifest.isKind("Service"))
            .filter(manifest -> manifest.name().equals(service.name()))
            .map(manifest -> String.valueOf(manifest.namespace()))
            .distinct()
            .toList();
    return places.size() == 1 && !places.contains(service.namespace())
        ? Optional.of(places.get(0))
        : Optional.empty();
  }

  private static void dropNullTimestamp(Map<String, @Nullable Object> metadata) {
    if (metadata.containsKey(CREATION_TIMESTAMP) && metadata.get(CREATION_TIMESTAMP) == null) {
      metadata.remove(CREATION_TIMESTAMP);
    }
  }

  private static void dropEmptyCaBundle(Map<String, @Nullable Object> clientConfig) {
    if (clientConfig.containsKey(CA_BUNDLE) && isBlank(clientConfig.get(CA_BUNDLE))) {
      clientConfig.remove(CA_BUNDLE);
    }
  }

  private static boolean isBlank(@Nullable Object caBundle) {
    if (!(caBundle instanceof String text)) {
      return caBundle == null;
    }
    try {
      byte[] decoded = Base64.getMimeDecoder().decode(text);
      return new String(decoded, StandardCharsets.UTF_8).isBlank();
    } catch (IllegalArgumentException e) {
      // Not base64: the API server says so better than we can.
      return false;
    }
  }
}
