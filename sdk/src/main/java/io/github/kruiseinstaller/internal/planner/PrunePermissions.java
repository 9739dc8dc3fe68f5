package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.cluster.KindNames;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.Release;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What finding and deleting the objects takes that a release no longer has. Who may not list a kind
 * prunes none of it; Secrets are not among them.
 */
final class PrunePermissions {
  private PrunePermissions() {}

  static Set<Permission> of(Release release) {
    Set<Permission> needed = new LinkedHashSet<>();
    ChartNames.BY_KIND.forEach(
        (kind, names) -> {
          String[] parts = kind.split(" ", 2);
          needed.add(Permission.onAny("list", parts[0], parts[1], null));
          names.stream()
              .map(name -> ObjectRef.cluster(parts[0], parts[1], name))
              .filter(object -> !has(release, object))
              .forEach(
                  object -> {
                    needed.add(Permission.on("get", object));
                    needed.add(Permission.on("delete", object));
                  });
        });
    return needed;
  }

  /** For objects that are named, and for the custom resources that keep a definition. */
  static Set<Permission> of(PruneOptions options) {
    Set<Permission> needed = new LinkedHashSet<>();
    for (ObjectRef object : options.included()) {
      needed.add(Permission.onAny("list", object.apiVersion(), object.kind(), null));
      needed.add(Permission.on("get", object));
      needed.add(Permission.on("delete", object));
      if (object.kind().equals("CustomResourceDefinition")) {
        customResources(object.name()).ifPresent(needed::add);
      }
    }
    return needed;
  }

  /** A definition's name is the plural and the group; permissions are about kinds. */
  private static Optional<Permission> customResources(String definition) {
    String[] parts = definition.split("\\.", 2);
    if (parts.length < 2 || parts[0].length() < 2) {
      return Optional.empty();
    }
    String apiVersion = parts[1] + "/v1";
    String kind = parts[0].substring(0, parts[0].length() - 1);
    return KindNames.plural(apiVersion, kind).equals(parts[0])
        ? Optional.of(Permission.onAny("list", apiVersion, kind, null))
        : Optional.empty();
  }

  private static boolean has(Release release, ObjectRef object) {
    return release.manifests().stream()
        .map(Manifest::ref)
        .anyMatch(
            ref ->
                ref.kind().equals(object.kind())
                    && ref.group().equals(object.group())
                    && ref.name().equals(object.name()));
  }
}
