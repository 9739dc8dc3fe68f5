package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the webhook configurations lead to.
 *
 * @param service the Service that they point to
 * @param manager the Deployment whose pods that Service selects
 */
record WebhookTarget(Manifest service, Manifest manager) {
  /** The target in a validated release. */
  static WebhookTarget of(Release release) {
    Set<ServiceName> names = new LinkedHashSet<>();
    release.webhookConfigurations().forEach(each -> names.addAll(serviceNames(each)));
    Manifest service =
        names.stream()
            .flatMap(name -> name.in(release.manifests()).stream())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("not validated: no webhook Service"));
    Manifest manager =
        selected(service, release.manifests()).stream()
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("not validated: no manager Deployment"));
    return new WebhookTarget(service, manager);
  }

  /** The Services that a webhook configuration points to. */
  static Set<ServiceName> serviceNames(Manifest configuration) {
    Set<ServiceName> names = new LinkedHashSet<>();
    for (Map<String, @Nullable Object> webhook : configuration.maps("webhooks")) {
      String namespace = Trees.text(webhook, "clientConfig", "service", "namespace");
      String name = Trees.text(webhook, "clientConfig", "service", "name");
      if (namespace != null && name != null) {
        names.add(new ServiceName(namespace, name));
      }
    }
    return names;
  }

  /** The Deployments in a Service's namespace whose pods the Service selects. */
  static List<Manifest> selected(Manifest service, List<Manifest> manifests) {
    Map<String, @Nullable Object> selector = service.map("spec", "selector");
    if (selector.isEmpty()) {
      return List.of();
    }
    return manifests.stream()
        .filter(manifest -> manifest.isKind("Deployment"))
        .filter(manifest -> String.valueOf(service.namespace()).equals(manifest.namespace()))
        .filter(
            manifest ->
                manifest
                    .map("spec", "template", "metadata", "labels")
                    .entrySet()
                    .containsAll(selector.entrySet()))
        .toList();
  }

  /** A Service, by name. */
  record ServiceName(String namespace, String name) {
    /** The Service of this name, none or one, or more when it is there several times. */
    List<Manifest> in(List<Manifest> manifests) {
      return manifests.stream()
          .filter(manifest -> manifest.isKind("Service"))
          .filter(
              manifest -> manifest.name().equals(name) && namespace.equals(manifest.namespace()))
          .toList();
    }

    @Override
    public String toString() {
      return "Service " + namespace + "/" + name;
    }
  }
}
