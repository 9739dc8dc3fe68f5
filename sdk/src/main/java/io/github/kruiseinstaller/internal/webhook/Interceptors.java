package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.cluster.KindNames;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which webhooks the API server asks before it stores objects, whosoever they are. */
public final class Interceptors {
  private static final long DEFAULT_TIMEOUT_SECONDS = 10;
  private static final String ANY = "*";
  private static final Set<String> WRITES = Set.of("CREATE", "UPDATE", ANY);

  private final List<Manifest> objects;
  private final List<Manifest> namespaces;

  /**
   * The webhooks of some objects.
   *
   * @param objects what is about to be written
   * @param namespaces the namespaces as they will be
   */
  public Interceptors(List<Manifest> objects, List<Manifest> namespaces) {
    // The API server asks nobody about webhook configurations, so that they can always be mended.
    this.objects =
        objects.stream()
            .filter(each -> !each.isKind(Webhooks.MUTATING) && !each.isKind(Webhooks.VALIDATING))
            .toList();
    this.namespaces = List.copyOf(namespaces);
  }

  /**
   * A webhook that is asked.
   *
   * @param configuration where it stands
   * @param name its name
   * @param service where the question is sent, or null when to a URL
   * @param required whether objects are refused when nobody answers
   * @param timeoutSeconds how long the API server waits for an answer
   * @param conditional whether it has conditions, which are not evaluated here: it may not be asked
   * @param about the objects
   */
  public record Interceptor(
      ObjectRef configuration,
      String name,
      @Nullable ObjectRef service,
      boolean required,
      long timeoutSeconds,
      boolean conditional,
      List<ObjectRef> about) {
    /** Copies the objects. */
    public Interceptor {
      about = List.copyOf(about);
    }
  }

  /** The webhooks of these configurations that are asked about at least one of the objects. */
  public List<Interceptor> among(List<Manifest> configurations) {
    List<Interceptor> found = new ArrayList<>();
    for (Manifest configuration : configurations) {
      for (Map<String, @Nullable Object> entry : Webhooks.entries(configuration)) {
        List<ObjectRef> about =
            objects.stream()
                .filter(object -> isAskedAbout(entry, object))
                .map(Manifest::ref)
                .toList();
        if (!about.isEmpty()) {
          found.add(interceptor(configuration, entry, about));
        }
      }
    }
    return found;
  }

  private static Interceptor interceptor(
      Manifest configuration, Map<String, @Nullable Object> entry, List<ObjectRef> about) {
    return new Interceptor(
        configuration.ref(),
        Webhooks.name(entry),
        Webhooks.service(entry).orElse(null),
        !"Ignore".equals(Trees.text(entry, "failurePolicy")),
        Trees.number(DEFAULT_TIMEOUT_SECONDS, entry, "timeoutSeconds"),
        !Trees.list(entry, "matchConditions").isEmpty(),
        about);
  }

  private boolean isAskedAbout(Map<String, @Nullable Object> entry, Manifest object) {
    return Trees.maps(entry, "rules").stream().anyMatch(rule -> covers(entry, rule, object))
        && isSelectedByNamespace(entry, object)
        && Selectors.matches(entry.get("objectSelector"), object.labels());
  }

  private static boolean covers(
      Map<String, @Nullable Object> entry, Map<String, @Nullable Object> rule, Manifest object) {
    String resource = KindNames.plural(object.apiVersion(), object.kind());
    String scope = Objects.requireNonNullElse(Trees.text(rule, "scope"), ANY);
    boolean namespaced = object.namespace() != null;
    // By default a rule for one version of a group also covers requests in another.
    boolean equivalent = !"Exact".equals(Trees.text(entry, "matchPolicy"));
    String version = object.apiVersion().substring(object.apiVersion().indexOf('/') + 1);
    return holds(rule, "apiGroups", object.ref().group())
        && (equivalent || holds(rule, "apiVersions", version))
        && Webhooks.covers(rule, resource)
        && Webhooks.texts(rule, "operations").stream().anyMatch(WRITES::contains)
        && (scope.equals(ANY) || scope.equals(namespaced ? "Namespaced" : "Cluster"));
  }

  private static boolean holds(Map<String, @Nullable Object> rule, String field, String value) {
    List<String> values = Webhooks.texts(rule, field);
    return values.contains(value) || values.contains(ANY);
  }

  private boolean isSelectedByNamespace(Map<String, @Nullable Object> entry, Manifest object) {
    String name = object.isKind("Namespace") ? object.name() : object.namespace();
    if (name == null) {
      return true;
    }
    Optional<Manifest> namespace =
        namespaces.stream().filter(each -> each.name().equals(name)).findFirst();
    return Selectors.matches(
        entry.get("namespaceSelector"),
        namespace
            .map(BlastRadius::labelsWithName)
            .orElse(Map.of(NamespaceLabels.NAME_LABEL, name)));
  }
}
