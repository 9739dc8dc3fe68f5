package io.github.kruiseinstaller.internal.ownership;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the fields of one live object come to be ours alone, as a pure function of its {@code
 * metadata.managedFields}. What the tools that made the installation own moves into our entry, so
 * that our next apply takes away what the release does not have. Others, people with an editor
 * among them, keep what the release does not have and own nothing of it any more. Entries of the
 * cluster's own controllers, and of subresources, stay as they are.
 *
 * @param operation what our entry is of: {@code Apply}, or {@code Update} for objects that are
 *     replaced
 * @param makers the field managers of the tools that made the installation
 * @param release the fields that applying the release owns
 * @param unchanged whether applying the release afterwards would change nothing: then its fields
 *     are ours at once, and what others owned beside them is nobody's, as it would be after that
 */
public record Adoption(String operation, Set<String> makers, FieldSet release, boolean unchanged) {
  /**
   * Fields that others fill in while the installation runs. Tools that look at the cluster when
   * they render write them as they have found them; they must not go when we do not.
   */
  private static final Map<String, List<List<String>>> FILLED_IN =
      Map.of(
          "Secret", List.of(List.of("data"), List.of("stringData")),
          "Service", List.of(List.of("spec", "clusterIP"), List.of("spec", "clusterIPs")),
          "ServiceAccount", List.of(List.of("secrets")),
          "DaemonSet",
              List.of(
                  List.of("metadata", "annotations", "deprecated.daemonset.template.generation")),
          "CustomResourceDefinition",
              List.of(List.of("spec", "conversion", "webhook", "clientConfig", "caBundle")));

  /** Copies the set. */
  public Adoption {
    makers = Set.copyOf(makers);
  }

  /** The whole list that the object's {@code managedFields} become; empty when it stays. */
  public Optional<List<Map<String, @Nullable Object>>> managedFields(Manifest live) {
    List<ManagedEntry> before = ManagedEntry.of(live);
    List<ManagedEntry> after = adopted(live);
    return timeless(before).equals(timeless(after))
        ? Optional.empty()
        : Optional.of(after.stream().map(ManagedEntry::toMap).toList());
  }

  /** Whose fields become ours, or are no longer theirs. */
  public List<String> takenFrom(Manifest live) {
    Set<ManagedEntry> after = timeless(adopted(live));
    Set<String> losers = new TreeSet<>();
    timeless(ManagedEntry.of(live)).stream()
        .filter(entry -> !entry.isOurs(operation) && !after.contains(entry))
        .forEach(entry -> losers.add(entry.manager()));
    return List.copyOf(losers);
  }

  /** The fields that go with our next apply: ours then, and not the release's. */
  public FieldSet pruned(Manifest live) {
    List<ManagedEntry> after = adopted(live);
    FieldSet gone =
        after.stream()
            .filter(entry -> entry.isOurs(operation))
            .map(ManagedEntry::fields)
            .reduce(FieldSet.NONE, FieldSet::union)
            .minus(release);
    for (ManagedEntry entry : after) {
      gone = entry.isOurs(operation) ? gone : gone.minus(entry.fields());
    }
    return gone;
  }

  /**
   * What to replace a live webhook configuration with: nobody's marks, our field manager, and the
   * same webhooks. Empty when it is so already.
   *
   * @param kept the Helm releases whose records are kept, so that later runs know of them
   */
  public Optional<Manifest> replacement(Manifest live, Manifest wanted, String kept) {
    Manifest unmarked = live.edit(tree -> Marks.remove(tree, wanted, kept));
    Optional<List<Map<String, @Nullable Object>>> fields = managedFields(live);
    if (fields.isEmpty() && unmarked.equals(live)) {
      return Optional.empty();
    }
    return Optional.of(
        unmarked.edit(
            tree ->
                fields.ifPresent(
                    list -> Trees.child(tree, "metadata").put("managedFields", list))));
  }

  private List<ManagedEntry> adopted(Manifest live) {
    List<ManagedEntry> entries = ManagedEntry.of(live);
    FieldSet ours = ours(live, entries);
    List<ManagedEntry> after = new ArrayList<>();
    String latest = "";
    for (ManagedEntry entry : entries) {
      boolean moved = isMakers(entry);
      if (entry.isOurs(operation) || moved) {
        latest = entry.time().compareTo(latest) > 0 ? entry.time() : latest;
      }
      if (entry.isOurs(operation)) {
        continue;
      }
      FieldSet left = left(live, entry, moved, ours);
      if (!left.isEmpty()) {
        after.add(entry.with(left));
      }
    }
    if (!ours.isEmpty()) {
      after.add(
          0, new ManagedEntry(Cluster.FIELD_MANAGER, operation, version(live), "", latest, ours));
    }
    return after;
  }

  private FieldSet ours(Manifest live, List<ManagedEntry> entries) {
    if (unchanged) {
      return release;
    }
    if (entries.stream().noneMatch(ManagedEntry::isPlain)) {
      // A first apply would find that somebody without a name owned it all before.
      return release.union(Marks.of(live));
    }
    FieldSet ours = FieldSet.NONE;
    boolean replaced = operation.equals(ManagedEntry.UPDATE);
    for (ManagedEntry entry : entries) {
      if (!version(live).equals(entry.apiVersion())) {
        continue;
      }
      if (entry.isOurs(operation)) {
        ours = ours.union(entry.fields());
      } else if (isMakers(entry)) {
        ours = ours.union(taken(live, entry.fields()));
      }
    }
    return replaced ? ours : ours.union(Marks.of(live));
  }

  /** What moves of the fields of a tool that made the installation. */
  private FieldSet taken(Manifest live, FieldSet fields) {
    if (live.isKind("Namespace")) {
      // Others put labels of their own on it, also by the same tool.
      return fields.intersect(release.union(Marks.of(live)));
    }
    FieldSet taken = fields;
    for (List<String> path : FILLED_IN.getOrDefault(live.kind(), List.of())) {
      String[] names = path.toArray(String[]::new);
      taken = release.reaches(names) ? taken : taken.without(names);
    }
    return taken;
  }

  private FieldSet left(Manifest live, ManagedEntry entry, boolean moved, FieldSet ours) {
    if (!entry.isPlain() || KnownManagers.isController(entry.manager())) {
      return entry.fields();
    }
    if (moved && !live.isKind("Namespace")) {
      return FieldSet.NONE;
    }
    return entry.fields().minus(ours.union(release));
  }

  private boolean isMakers(ManagedEntry entry) {
    return entry.isPlain()
        && (makers.contains(entry.manager()) || entry.manager().equals(KnownManagers.UNKNOWN));
  }

  private static String version(Manifest live) {
    return live.apiVersion();
  }

  private static Set<ManagedEntry> timeless(List<ManagedEntry> entries) {
    return entries.stream().map(entry -> entry.at("")).collect(Collectors.toUnmodifiableSet());
  }
}
