package io.github.kruiseinstaller.internal.inventory;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.KindNames;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parent of the ApplySet that an installation is: a ConfigMap beside the manager that tells of
 * which kinds and in which namespaces there are members. It may tell of more than there is, and
 * never of less.
 *
 * @param namespace the installation's
 * @param release the OpenKruise version that the last run began to install
 * @param kinds the kinds of members
 * @param namespaces where members are, beside the installation's own namespace
 */
public record Inventory(
    String namespace, String release, SortedSet<GroupKind> kinds, SortedSet<String> namespaces) {
  /** The label of members; its value is the id. */
  public static final String PART_OF = "applyset.kubernetes.io/part-of";

  /** The name of the ConfigMap. */
  public static final String NAME = "kruise-installer";

  private static final String ID = "applyset.kubernetes.io/id";
  private static final String TOOLING = "applyset.kubernetes.io/tooling";
  private static final String KINDS = "applyset.kubernetes.io/contains-group-kinds";
  private static final String NAMESPACES = "applyset.kubernetes.io/additional-namespaces";
  private static final String LABELS = "metadata.labels";
  private static final String TOOL = Cluster.FIELD_MANAGER;

  /** Copies the sets. */
  public Inventory {
    kinds = Collections.unmodifiableSortedSet(new TreeSet<>(kinds));
    SortedSet<String> others = new TreeSet<>(namespaces);
    others.remove(namespace);
    namespaces = Collections.unmodifiableSortedSet(others);
  }

  /** The inventory that has these objects as members, and no others. */
  static Inventory of(String namespace, String release, Collection<ObjectRef> members) {
    TreeSet<GroupKind> kinds = new TreeSet<>();
    TreeSet<String> namespaces = new TreeSet<>();
    for (ObjectRef member : members) {
      kinds.add(GroupKind.of(member));
      if (member.namespace() != null) {
        namespaces.add(member.namespace());
      }
    }
    return new Inventory(namespace, release, kinds, namespaces);
  }

  /** What a live parent tells; empty when it is none, or another tool's. */
  public static Optional<Inventory> of(Manifest live) {
    return foreign(live).isPresent()
        ? Optional.empty()
        : Optional.of(
            new Inventory(
                String.valueOf(live.namespace()),
                Objects.requireNonNullElse(live.text("data", "release"), ""),
                parts(live, KINDS).stream()
                    .map(GroupKind::parse)
                    .collect(Collectors.toCollection(TreeSet::new)),
                new TreeSet<>(parts(live, NAMESPACES))));
  }

  /** Whose a live object of the parent's name is; empty when it is this library's. */
  static Optional<String> foreign(Manifest live) {
    String tooling = live.annotations().get(TOOLING);
    if (tooling == null) {
      return Optional.of("no ApplySet");
    }
    return tooling.startsWith(TOOL + "/") ? Optional.empty() : Optional.of("of " + tooling);
  }

  /** Where the parent of an installation is. */
  public static ObjectRef ref(String namespace) {
    return ObjectRef.namespaced("v1", "ConfigMap", namespace, NAME);
  }

  /**
   * The id of the ApplySet whose parent is in a namespace: a hash of the parent's name, namespace,
   * kind and group, as KEP-3659 says.
   */
  public static String id(String namespace) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((NAME + "." + namespace + ".ConfigMap.").getBytes(StandardCharsets.UTF_8));
      return "applyset-" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + "-v1";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Whether an object becomes a member. A Secret that comes empty does not: the manager fills it
   * in, and writes it whole then, without labels.
   */
  static boolean isMember(Manifest manifest) {
    return !manifest.isKind("Secret")
        || !manifest.map("data").isEmpty()
        || !manifest.map("stringData").isEmpty();
  }

  /**
   * How an object comes back that was lost.
   *
   * @param others what is left of the installation
   * @return it as a member where one of them is
   */
  public static Manifest restored(Manifest manifest, Stream<Manifest> others, String namespace) {
    boolean known = others.anyMatch(other -> id(namespace).equals(other.labels().get(PART_OF)));
    return known && isMember(manifest) ? member(manifest, namespace) : manifest;
  }

  /** An object as a member. Its Pods, where it has a template for them, are none. */
  public static Manifest member(Manifest manifest, String namespace) {
    return manifest.edit(
        root -> Trees.child(Trees.child(root, "metadata"), "labels").put(PART_OF, id(namespace)));
  }

  /** Whether a planned change does nothing but make an object a member. */
  public static boolean isMembership(PlannedChange change) {
    return !change.fields().isEmpty()
        && change.fields().stream()
            .allMatch(
                field ->
                    field.path().equals(LABELS + "[\"" + PART_OF + "\"]")
                        || (field.path().equals(LABELS)
                            && String.valueOf(field.wanted())
                                .matches("\\{\"" + Pattern.quote(PART_OF) + "\":\"[^\"]+\"}")));
  }

  /** This one and what another one has beside. */
  Inventory and(Inventory other) {
    TreeSet<GroupKind> allKinds = new TreeSet<>(kinds);
    allKinds.addAll(other.kinds);
    TreeSet<String> allNamespaces = new TreeSet<>(namespaces);
    allNamespaces.addAll(other.namespaces);
    return new Inventory(namespace, release, allKinds, allNamespaces);
  }

  /** The namespaces with members, the installation's own among them. */
  List<String> everyNamespace() {
    TreeSet<String> all = new TreeSet<>(namespaces);
    all.add(namespace);
    return List.copyOf(all);
  }

  /** The parent. */
  Manifest parent() {
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    metadata.put("name", NAME);
    metadata.put("namespace", namespace);
    metadata.put("labels", Map.of(ID, id(namespace)));
    metadata.put(
        "annotations",
        Map.of(
            TOOLING,
            TOOL + "/v" + version(),
            KINDS,
            joined(kinds),
            NAMESPACES,
            joined(namespaces)));
    Map<String, @Nullable Object> root = new LinkedHashMap<>();
    root.put("apiVersion", "v1");
    root.put("kind", "ConfigMap");
    root.put("metadata", metadata);
    root.put("data", Map.of("release", release, "members", command()));
    return Manifest.of(root);
  }

  /** How a live parent differs from the one that is wanted; what others put in is no difference. */
  static List<FieldDiff> drift(Manifest live, Manifest wanted) {
    List<FieldDiff> fields = new ArrayList<>();
    drift(LABELS, live.labels(), wanted.labels(), fields);
    drift("metadata.annotations", live.annotations(), wanted.annotations(), fields);
    drift("data", live.map("data"), wanted.map("data"), fields);
    return fields;
  }

  private static void drift(
      String path, Map<String, ?> live, Map<String, ?> wanted, List<FieldDiff> fields) {
    wanted.forEach(
        (key, value) -> {
          Object was = live.get(key);
          if (!Objects.equals(was, value)) {
            fields.add(
                new FieldDiff(
                    path + "[\"" + key + "\"]",
                    was == null ? null : Json.compact(was),
                    Json.compact(value)));
          }
        });
  }

  /** How a person lists the members. */
  private String command() {
    return "kubectl get "
        + kinds.stream()
            .map(
                each ->
                    KindNames.plural(each.apiVersion(), each.kind())
                        + (each.group().isEmpty() ? "" : "." + each.group()))
            .collect(Collectors.joining(","))
        + " -A -l "
        + PART_OF
        + "="
        + id(namespace);
  }

  private static String joined(Collection<?> parts) {
    return parts.stream().map(Object::toString).collect(Collectors.joining(","));
  }

  private static List<String> parts(Manifest live, String annotation) {
    Function<String, List<String>> split = text -> List.of(text.split(","));
    return Optional.ofNullable(live.annotations().get(annotation))
        .filter(text -> !text.isEmpty())
        .map(split)
        .orElse(List.of());
  }

  private static String version() {
    return Objects.requireNonNullElse(
        Inventory.class.getPackage().getImplementationVersion(), "0.0.0-development");
  }
}
