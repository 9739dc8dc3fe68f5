package io.github.kruiseinstaller.permission;

import io.github.kruiseinstaller.internal.cluster.KindNames;
import io.github.kruiseinstaller.internal.planner.Permission;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Permissions as the rules of a role, as few as say the same. */
final class RoleRules {
  private static final List<String> VERBS =
      List.of("get", "list", "watch", "create", "update", "patch", "delete", "bind", "escalate");

  private RoleRules() {}

  /** The rules, by API group and resource. */
  static List<Map<String, @Nullable Object>> of(Collection<Permission> permissions) {
    Map<Resource, Map<String, Set<String>>> names = new TreeMap<>();
    for (Permission permission : permissions) {
      names
          .computeIfAbsent(Resource.of(permission), resource -> new TreeMap<>())
          .computeIfAbsent(permission.verb(), verb -> new TreeSet<>())
          .add(permission.object().name());
    }
    Map<Key, Set<String>> resources = new LinkedHashMap<>();
    names.forEach(
        (resource, verbs) ->
            byNames(verbs)
                .forEach(
                    (objects, allowed) ->
                        resources
                            .computeIfAbsent(
                                new Key(resource.group(), allowed, objects), key -> new TreeSet<>())
                            .add(resource.name())));
    List<Map<String, @Nullable Object>> rules = new ArrayList<>();
    resources.forEach((key, of) -> rules.add(rule(key, of)));
    return rules;
  }

  /** What the roles of a release hold. */
  static List<Map<String, @Nullable Object>> grantedBy(Release release) {
    return release.manifests().stream()
        .filter(manifest -> manifest.isKind("ClusterRole") || manifest.isKind("Role"))
        .flatMap((Manifest role) -> role.maps("rules").stream())
        .distinct()
        .toList();
  }

  /** The verbs that are allowed on the same objects; no names stand for every object. */
  private static Map<List<String>, List<String>> byNames(Map<String, Set<String>> verbs) {
    Map<List<String>, List<String>> together = new LinkedHashMap<>();
    verbs.entrySet().stream()
        .sorted(Comparator.comparingInt(verb -> VERBS.indexOf(verb.getKey())))
        .forEach(
            verb -> {
              List<String> objects =
                  verb.getValue().contains(Permission.ANY)
                      ? List.of()
                      : List.copyOf(verb.getValue());
              together.computeIfAbsent(objects, key -> new ArrayList<>()).add(verb.getKey());
            });
    return together;
  }

  private static Map<String, @Nullable Object> rule(Key key, Set<String> resources) {
    Map<String, @Nullable Object> rule = new LinkedHashMap<>();
    rule.put("apiGroups", List.of(key.group()));
    rule.put("resources", List.copyOf(resources));
    if (!key.names().isEmpty()) {
      rule.put("resourceNames", key.names());
    }
    rule.put("verbs", key.verbs());
    return rule;
  }

  /** What rules have in common that can be one rule. */
  private record Key(String group, List<String> verbs, List<String> names) {}

  private record Resource(String group, String name) implements Comparable<Resource> {
    private static final Comparator<Resource> ORDER =
        Comparator.comparing(Resource::group).thenComparing(Resource::name);

    static Resource of(Permission permission) {
      String plural =
          KindNames.plural(permission.object().apiVersion(), permission.object().kind());
      String subresource = permission.subresource();
      return new Resource(
          permission.object().group(), subresource == null ? plural : plural + "/" + subresource);
    }

    @Override
    public int compareTo(Resource other) {
      return ORDER.compare(this, other);
    }
  }
}
