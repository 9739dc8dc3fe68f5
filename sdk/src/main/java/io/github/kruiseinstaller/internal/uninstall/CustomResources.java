package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.uninstall.CustomResourceCount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The custom resources that there are.
 *
 * @param objects those that people made, and what follows from them
 * @param ofNodes those that the manager keeps for every node
 * @param unreadable why the objects of a definition could not be listed, by definition
 */
record CustomResources(
    List<Manifest> objects, List<Manifest> ofNodes, Map<ObjectRef, String> unreadable) {
  /** Whoever does not answer now is not waited for: it may be the manager that is not there. */
  static final int TRIES = 3;

  CustomResources {
    objects = List.copyOf(objects);
    ofNodes = List.copyOf(ofNodes);
    unreadable = Map.copyOf(unreadable);
  }

  /** Reads those of some definitions. */
  static CustomResources read(Cluster cluster, Workers workers, List<Manifest> definitions) {
    Cluster impatient = cluster.trying(TRIES);
    List<Seen<List<Manifest>>> listed =
        workers.map(
            definitions,
            definition ->
                query(definition)
                    .map(query -> Seen.by(() -> impatient.list(query).items()))
                    .orElseGet(() -> Seen.of(List.of())));
    List<Manifest> all = new ArrayList<>();
    Map<ObjectRef, String> unreadable = new LinkedHashMap<>();
    for (int i = 0; i < definitions.size(); i++) {
      Seen<List<Manifest>> seen = listed.get(i);
      all.addAll(seen.orElse(List.of()));
      if (!seen.isSeen()) {
        unreadable.put(definitions.get(i).ref(), seen.unseen());
      }
    }
    Map<Boolean, List<Manifest>> parts =
        all.stream().collect(Collectors.partitioningBy(each -> ChartObjects.isOfNodes(each.ref())));
    return new CustomResources(
        parts.getOrDefault(false, List.of()), parts.getOrDefault(true, List.of()), unreadable);
  }

  /**
   * All objects of a definition, in the version that they are stored in where that is served:
   * nothing need be converted then. Empty when no version is served.
   */
  static Optional<Query> query(Manifest definition) {
    List<Map<String, @Nullable Object>> served =
        definition.maps("spec", "versions").stream()
            .filter(version -> Boolean.TRUE.equals(version.get("served")))
            .toList();
    return Stream.concat(
            served.stream().filter(version -> Boolean.TRUE.equals(version.get("storage"))),
            served.stream())
        .findFirst()
        .map(
            version ->
                Query.all(
                    definition.text("spec", "group") + "/" + Trees.text(version, "name"),
                    String.valueOf(definition.text("spec", "names", "kind")),
                    null));
  }

  /** How many there are of each kind, and where. */
  List<CustomResourceCount> counts() {
    Map<String, Map<String, Long>> counts = new TreeMap<>();
    for (Manifest object : objects) {
      String namespace = object.namespace() == null ? "" : object.namespace();
      counts
          .computeIfAbsent(
              object.ref().group() + "/" + object.kind(), unused -> new LinkedHashMap<>())
          .merge(namespace, 1L, Long::sum);
    }
    List<CustomResourceCount> list = new ArrayList<>();
    counts.forEach(
        (key, perNamespace) -> {
          int slash = key.indexOf('/');
          list.add(
              new CustomResourceCount(
                  key.substring(0, slash), key.substring(slash + 1), perNamespace));
        });
    return list;
  }

  /** Whether there are none that anybody made, as far as could be seen. */
  boolean isEmpty() {
    return objects.isEmpty() && unreadable.isEmpty();
  }

  /** Those that belong to no other one: the others go with them, and would be made anew before. */
  List<Manifest> roots() {
    Set<String> uids =
        objects.stream().map(each -> String.valueOf(each.uid())).collect(Collectors.toSet());
    return objects.stream()
        .filter(
            each ->
                each.maps("metadata", "ownerReferences").stream()
                    .noneMatch(owner -> uids.contains(String.valueOf(Trees.text(owner, "uid")))))
        .toList();
  }
}
