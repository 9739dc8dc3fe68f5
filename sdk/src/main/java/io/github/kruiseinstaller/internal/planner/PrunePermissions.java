package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.util.LinkedHashSet;
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
