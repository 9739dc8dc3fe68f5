package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the entries of webhook configurations intercept. */
final class Webhooks {
  static final String MUTATING = "MutatingWebhookConfiguration";
  static final String VALIDATING = "ValidatingWebhookConfiguration";
  private static final String ANY = "*";

  private Webhooks() {}

  /** The webhook configurations among manifests, mutating first. */
  static List<Manifest> configurations(List<Manifest> manifests) {
    List<Manifest> found = new ArrayList<>();
    manifests.stream().filter(manifest -> manifest.isKind(MUTATING)).forEach(found::add);
    manifests.stream().filter(manifest -> manifest.isKind(VALIDATING)).forEach(found::add);
    return found;
  }

  /** The entries of a configuration. */
  static List<Map<String, @Nullable Object>> entries(Manifest configuration) {
    return configuration.maps("webhooks");
  }

  static String name(Map<String, @Nullable Object> entry) {
    return Objects.requireNonNullElse(Trees.text(entry, "name"), "(without name)");
  }

  /** The path that the API server calls, or null when the entry has none. */
  static @Nullable String path(Map<String, @Nullable Object> entry) {
    String path = Trees.text(entry, "clientConfig", "service", "path");
    String url = Trees.text(entry, "clientConfig", "url");
    if (path != null || url == null) {
      return path;
    }
    try {
      return URI.create(url).getPath();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The Service that an entry is sent to; empty when it is sent to a URL. */
  static Optional<ObjectRef> service(Map<String, @Nullable Object> entry) {
    String namespace = Trees.text(entry, "clientConfig", "service", "namespace");
    String name = Trees.text(entry, "clientConfig", "service", "name");
    return namespace == null || name == null
        ? Optional.empty()
        : Optional.of(ObjectRef.namespaced("v1", "Service", namespace, name));
  }

  /** Whether an entry intercepts anything that pods are made, changed, evicted or removed with. */
  static boolean interceptsPods(Map<String, @Nullable Object> entry) {
    return Trees.maps(entry, "rules").stream()
        .anyMatch(
            rule ->
                holds(rule, "apiGroups", "")
                    && holds(rule, "apiVersions", "v1")
                    && !"Cluster".equals(Trees.text(rule, "scope"))
                    && writes(rule)
                    && texts(rule, "resources").stream().anyMatch(Webhooks::coversPods));
  }

  /** Whether an entry intercepts the creation of a resource. */
  static boolean interceptsCreation(
      Map<String, @Nullable Object> entry, String group, String resource) {
    return Trees.maps(entry, "rules").stream()
        .anyMatch(
            rule ->
                holds(rule, "apiGroups", group)
                    && holds(rule, "operations", "CREATE")
                    && covers(rule, resource));
  }

  /** Whether a rule covers a resource itself, whatever it says of its subresources. */
  static boolean covers(Map<String, @Nullable Object> rule, String resource) {
    return texts(rule, "resources").stream().anyMatch(entry -> covers(entry, resource));
  }

  static List<String> texts(Map<String, @Nullable Object> rule, String field) {
    return Trees.list(rule, field).stream().map(String::valueOf).toList();
  }

  private static boolean holds(Map<String, @Nullable Object> rule, String field, String value) {
    List<String> values = texts(rule, field);
    return values.contains(value) || values.contains(ANY);
  }

  private static boolean writes(Map<String, @Nullable Object> rule) {
    return texts(rule, "operations").stream()
        .anyMatch(Set.of("CREATE", "UPDATE", "DELETE", ANY)::contains);
  }

  // "*" covers resources but no subresources. "x/*" and "*/*" cover both: to the API server a
  // resource itself is the subresource without a name.
  private static boolean covers(String entry, String resource) {
    return Set.of(resource, ANY, resource + "/*", "*/*").contains(entry);
  }

  /** Pods themselves, or any subresource of theirs. */
  private static boolean coversPods(String entry) {
    return covers(entry, "pods") || entry.startsWith("pods/") || entry.startsWith("*/");
  }
}
