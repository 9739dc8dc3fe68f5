package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.live.ServiceReach;
import io.github.kruiseinstaller.internal.planner.StoredVersions;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether live definitions can become the release's, and their conversion webhooks are answered.
 */
final class DefinitionChecks implements PreflightCheck {
  static final String VERSIONS = "definition-versions";
  static final String CONVERSION = "definition-conversion";

  @Override
  public List<Check> look(Scene scene) {
    Seen<List<Manifest>> definitions = scene.live().definitions();
    if (!definitions.isSeen()) {
      String why = "custom resource definitions may not be looked at: " + definitions.unseen();
      return List.of(
          Check.skipped(VERSIONS, CheckCategory.DEFINITIONS, why),
          Check.skipped(CONVERSION, CheckCategory.DEFINITIONS, why));
    }
    return List.of(
        versions(scene, definitions.orElse(List.of())),
        conversion(scene, definitions.orElse(List.of())));
  }

  private static Check versions(Scene scene, List<Manifest> live) {
    List<String> lost = new ArrayList<>();
    for (Manifest definition : live) {
      scene
          .release()
          .find(definition.ref())
          .ifPresent(wanted -> lost.addAll(StoredVersions.explain(definition, wanted)));
    }
    if (!lost.isEmpty()) {
      return Check.fail(
              VERSIONS,
              CheckCategory.DEFINITIONS,
              "the release lacks versions that custom resources are stored in: the API server will"
                  + " not take its definitions",
              StoredVersions.REMEDY)
          .seen(lost);
    }
    return Check.pass(
        VERSIONS,
        CheckCategory.DEFINITIONS,
        live.isEmpty()
            ? "no definition of OpenKruise is there yet"
            : "the release has every version that custom resources are stored in");
  }

  private static Check conversion(Scene scene, List<Manifest> live) {
    Map<String, List<Manifest>> byService = new TreeMap<>();
    Map<String, ObjectRef> services = new TreeMap<>();
    for (Manifest definition : live) {
      conversionService(definition)
          .ifPresent(
              service -> {
                services.put(service.toString(), service);
                byService
                    .computeIfAbsent(service.toString(), key -> new ArrayList<>())
                    .add(definition);
              });
    }
    List<String> dead = new ArrayList<>();
    for (Map.Entry<String, ObjectRef> service : services.entrySet()) {
      Seen<ServiceReach> reach = ServiceReach.of(scene.cluster(), service.getValue());
      if (!reach.isSeen()) {
        return Check.skipped(
            CONVERSION,
            CheckCategory.DEFINITIONS,
            service.getKey() + " may not be looked at: " + reach.unseen());
      }
      ServiceReach found = reach.orElse(ServiceReach.READY);
      if (found != ServiceReach.READY) {
        byService
            .getOrDefault(service.getKey(), List.of())
            .forEach(each -> dead.add(each.ref() + ": " + service.getKey() + " " + found.text()));
      }
    }
    return dead.isEmpty()
        ? Check.pass(
            CONVERSION,
            CheckCategory.DEFINITIONS,
            services.isEmpty()
                ? "no live definition is converted by a webhook"
                : "the conversion webhooks of live definitions have endpoints")
        : Check.warn(
                CONVERSION,
                CheckCategory.DEFINITIONS,
                "conversion webhooks of live definitions lead nowhere: requests for these custom"
                    + " resources fail until the manager runs",
                "Go on: the installation brings the manager back. To delete a namespace meanwhile,"
                    + " it must run first.")
            .seen(dead);
  }

  private static Optional<ObjectRef> conversionService(Manifest definition) {
    Map<String, ?> service =
        definition.map("spec", "conversion", "webhook", "clientConfig", "service");
    String namespace = Trees.text(service, "namespace");
    String name = Trees.text(service, "name");
    return !"Webhook".equals(definition.text("spec", "conversion", "strategy"))
            || namespace == null
            || name == null
        ? Optional.empty()
        : Optional.of(ObjectRef.namespaced("v1", "Service", namespace, name));
  }
}
