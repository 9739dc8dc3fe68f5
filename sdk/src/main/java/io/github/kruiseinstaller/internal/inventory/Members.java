package io.github.kruiseinstaller.internal.inventory;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The live objects that carry the label of an inventory's members.
 *
 * @param objects the objects, but those that are about to be gone and those that go with another
 * @param unseen why the members of a kind could not be listed, by kind
 */
public record Members(List<Manifest> objects, Map<String, String> unseen) {
  private static final GroupKind NAMESPACE = new GroupKind("Namespace", "");

  /** Copies the collections. */
  public Members {
    objects = List.copyOf(objects);
    unseen = new TreeMap<>(unseen);
  }

  /** Reads all of them but namespaces. */
  public static Members read(Cluster cluster, Workers workers, Inventory inventory) {
    return start(cluster, workers, inventory, List.of()).join();
  }

  /**
   * Starts to read them, each kind and namespace for itself, but for namespaces as such, which
   * whoever plans has read before.
   *
   * @param known objects that need not be read, because they are looked at anyway
   */
  static Reading start(
      Cluster cluster, Workers workers, Inventory inventory, Collection<ObjectRef> known) {
    Map<Query, Future<Seen<List<Manifest>>>> lists = new LinkedHashMap<>();
    for (GroupKind kind : inventory.kinds()) {
      if (kind.equals(NAMESPACE)) {
        continue;
      }
      List<ObjectRef> same = known.stream().filter(ref -> GroupKind.of(ref).equals(kind)).toList();
      String apiVersion =
          same.stream().map(ObjectRef::apiVersion).findFirst().orElse(kind.apiVersion());
      for (Query query : queries(kind, apiVersion, inventory)) {
        Query other = without(query, same);
        lists.put(other, workers.start(() -> Seen.by(() -> cluster.list(other).items())));
      }
    }
    return new Reading(workers, lists, Set.copyOf(known));
  }

  private static List<Query> queries(GroupKind kind, String apiVersion, Inventory inventory) {
    String selector = Inventory.PART_OF + "=" + Inventory.id(inventory.namespace());
    Function<@Nullable String, Query> in =
        namespace -> Query.all(apiVersion, kind.kind(), namespace).withLabels(selector);
    return kind.isNamespaced()
        ? inventory.everyNamespace().stream().map(in).toList()
        : List.of(in.apply(null));
  }

  /** Definitions are large: what is looked at anyway is not sent a second time. */
  private static Query without(Query query, List<ObjectRef> known) {
    String names =
        known.stream()
            .filter(ref -> query.namespace() == null || query.namespace().equals(ref.namespace()))
            .map(ref -> "metadata.name!=" + ref.name())
            .collect(Collectors.joining(","));
    return new Query(
        query.apiVersion(), query.kind(), query.namespace(), query.labelSelector(), names);
  }

  /** Lists that are under way. */
  static final class Reading {
    private final Workers workers;
    private final Map<Query, Future<Seen<List<Manifest>>>> lists;
    private final Set<ObjectRef> known;

    private Reading(
        Workers workers, Map<Query, Future<Seen<List<Manifest>>>> lists, Set<ObjectRef> known) {
      this.workers = workers;
      this.lists = lists;
      this.known = known;
    }

    Members join() {
      List<Manifest> objects = new ArrayList<>();
      Map<String, String> unseen = new TreeMap<>();
      lists.forEach(
          (query, list) -> {
            Seen<List<Manifest>> seen = workers.join(list);
            members(seen.orElse(List.of())).forEach(objects::add);
            if (!seen.isSeen()) {
              unseen.put(kind(query).toString(), seen.unseen());
            }
          });
      return new Members(objects, unseen);
    }

    private Stream<Manifest> members(List<Manifest> listed) {
      return listed.stream()
          .filter(each -> !known.contains(each.ref()))
          .filter(each -> each.at("metadata", "deletionTimestamp") == null)
          // An endpoint slice has the labels of its Service.
          .filter(each -> each.list("metadata", "ownerReferences").isEmpty());
    }

    private static GroupKind kind(Query query) {
      return GroupKind.of(ObjectRef.cluster(query.apiVersion(), query.kind(), "any"));
    }
  }
}
