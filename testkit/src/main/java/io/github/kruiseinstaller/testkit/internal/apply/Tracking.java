package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.Ownership.Owned;
import io.github.kruiseinstaller.testkit.internal.apply.Ownership.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Ownership after a write that is no apply: who changes a field owns it, alone. */
final class Tracking {
  private static final int MAX_UPDATERS = 10;
  private static final String BUCKET = "ancient-changes";

  /** Nobody's name: what the write at hand owns, before it is added to the writer's entry. */
  private static final Owner THIS_WRITE = new Owner("current-operation", "", "", "");

  private Tracking() {}

  /**
   * Tracks a write.
   *
   * @param before without managedFields
   * @param after without managedFields
   * @throws NonconformingException when elements of keyed lists have no keys
   */
  static void update(
      Versions versions, Ownership ownership, Writer by, ObjectNode before, ObjectNode after) {
    fit(versions, ownership);
    FieldSet outOfReach = ServerFields.outOfReach(versions.requested(), by.subresource());
    Change change = new Change(versions, before, after, outOfReach);
    change.takeFromOthers(ownership, THIS_WRITE);
    FieldSet claimed =
        change.comparison().changed().deepDifference(outOfReach).difference(ServerFields.UNOWNED);
    if (!claimed.isEmpty()) {
      Owner writer =
          new Owner(by.manager(), Ownership.UPDATE, versions.current(), by.subresource());
      ownership.put(writer, new Owned(claimed.union(ownership.fields(writer)), versions.current()));
      ownership.touch(writer, by.time());
    }
    cap(ownership);
  }

  /** Brings entries in line with schemas that may be newer, and drops those of no schema. */
  static void fit(Versions versions, Ownership ownership) {
    for (Owner owner : ownership.owners()) {
      Owned owned = Objects.requireNonNull(ownership.get(owner));
      versions
          .schema(owned.apiVersion())
          .ifPresentOrElse(
              schema -> ownership.put(owner, owned.with(owned.fields().fittedTo(schema))),
              () -> ownership.remove(owner));
    }
  }

  /** Lays the oldest entries of updates together, one for each version, when there are many. */
  private static void cap(Ownership ownership) {
    List<Owner> updaters = new ArrayList<>(ownership.owners());
    updaters.removeIf(owner -> owner.operation().equals(Ownership.APPLY));
    updaters.sort(
        Comparator.<Owner, Instant>comparing(
                owner -> Objects.requireNonNullElse(ownership.time(owner), Instant.EPOCH))
            .thenComparing(Owner.ORDER));
    int length = updaters.size();
    Map<String, Owner> oldest = new HashMap<>();
    for (Owner owner : updaters) {
      if (length <= MAX_UPDATERS) {
        return;
      }
      Owned owned = Objects.requireNonNull(ownership.get(owner));
      Owner first = oldest.putIfAbsent(owned.apiVersion(), owner);
      if (first == null) {
        continue;
      }
      Owner bucket = new Owner(BUCKET, Ownership.UPDATE, owned.apiVersion(), "");
      FieldSet together = owned.fields().union(ownership.fields(bucket));
      if (ownership.get(bucket) == null) {
        together = together.union(ownership.fields(first));
        ownership.remove(first);
      }
      ownership.remove(owner);
      ownership.put(bucket, owned.with(together));
      ownership.touch(bucket, ownership.time(owner));
      length--;
    }
  }
}
