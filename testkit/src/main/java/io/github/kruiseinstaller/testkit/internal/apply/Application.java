package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.Ownership.Owned;
import io.github.kruiseinstaller.testkit.internal.apply.Ownership.Owner;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** One server-side apply: what it makes of the object, and of who owns it. */
final class Application {
  private final Versions versions;
  private final ObjectNode live;
  private final ObjectNode config;
  private final Writer by;
  private final Owner writer;
  private final FieldSet outOfReach;

  /**
   * An apply.
   *
   * @param live without managedFields
   * @param config one that conforms to the schema
   */
  Application(Versions versions, ObjectNode live, ObjectNode config, Writer by) {
    this.versions = versions;
    this.live = live;
    this.config = config;
    this.by = by;
    this.writer = new Owner(by.manager(), Ownership.APPLY, "", by.subresource());
    this.outOfReach = ServerFields.outOfReach(versions.requested(), by.subresource());
  }

  /**
   * What came out.
   *
   * @param object without managedFields
   * @param ownership of its fields
   * @param conflicts when there are any, the apply was not forced and the rest does not count
   */
  record Outcome(ObjectNode object, Ownership ownership, Conflicts conflicts) {}

  /** Applies; {@code present} is not changed. */
  Outcome run(Ownership present, boolean force) {
    Ownership ownership = present.copy();
    Tracking.fit(versions, ownership);
    Owned last = ownership.get(writer);
    ObjectNode merged = Merge.of(versions.schema(), live, config);
    FieldSet applied = Extent.of(versions.schema(), config).deepDifference(outOfReach);
    ownership.put(writer, new Owned(applied, versions.current()));
    ObjectNode next = last == null ? merged : prune(merged, ownership, last);

    Change change = new Change(versions, live, next, outOfReach);
    Conflicts conflicts = force ? new Conflicts() : change.conflicts(ownership, writer);
    change.takeFromOthers(ownership, writer);
    ownership.take(writer, ServerFields.UNOWNED);
    if (!Values.equal(live, next)) {
      ownership.touch(writer, by.time());
    }
    if (!versions.requested().custom()) {
      dropNulls(next);
    }
    return new Outcome(next, ownership, conflicts);
  }

  /** Without conflicts about what kubectl applied by itself, when kubectl is the writer. */
  Conflicts unlessKubectlsOwn(Conflicts conflicts) {
    return conflicts.isEmpty() || !by.manager().equals(LastApplied.MANAGER)
        ? conflicts
        : LastApplied.untouched(versions, live).map(conflicts::without).orElse(conflicts);
  }

  /** What is applied. */
  ObjectNode config() {
    return config;
  }

  /** Brings kubectl's annotation up to date, when kubectl is the writer. */
  void refreshLastApplied(ObjectNode object) {
    if (by.manager().equals(LastApplied.MANAGER)) {
      LastApplied.refresh(object, config);
    }
  }

  /** Takes out what the writer applied the last time, does not apply now, and nobody else owns. */
  private ObjectNode prune(ObjectNode merged, Ownership ownership, Owned last) {
    Optional<Schema> schema = versions.schema(last.apiVersion());
    if (schema.isEmpty()) {
      return merged;
    }
    FieldSet lastFields = last.fields().withDeclaredFields(schema.get());
    ObjectNode pruned = Removal.of(schema.get(), merged, lastFields);
    pruned = withOwned(merged, pruned, ownership, last.apiVersion());
    FieldSet gone = extent(schema.get(), merged).difference(extent(schema.get(), pruned));
    return Removal.of(schema.get(), merged, gone.intersection(lastFields));
  }

  /** Puts back what somebody owns, the writer by this apply included. */
  private ObjectNode withOwned(
      ObjectNode merged, ObjectNode pruned, Ownership ownership, String firstVersion) {
    Map<String, FieldSet> ownedIn = new LinkedHashMap<>();
    ownedIn.put(firstVersion, FieldSet.EMPTY);
    for (Owner owner : ownership.owners()) {
      Owned owned = Objects.requireNonNull(ownership.get(owner));
      ownedIn.merge(owned.apiVersion(), owned.fields(), FieldSet::union);
    }
    ObjectNode rest = pruned;
    for (Map.Entry<String, FieldSet> owned : ownedIn.entrySet()) {
      Optional<Schema> schema = versions.schema(owned.getKey());
      if (schema.isPresent()) {
        FieldSet kept =
            extent(schema.get(), rest).union(owned.getValue().withDeclaredFields(schema.get()));
        FieldSet gone = extent(schema.get(), merged).difference(kept);
        rest = Removal.of(schema.get(), merged, gone);
      }
    }
    return rest;
  }

  private static FieldSet extent(Schema schema, ObjectNode object) {
    return Extent.of(schema, object).withDeclaredFields(schema);
  }

  /**
   * To the types of built-in kinds, null is the same as absent. In custom objects it stays, for
   * better or worse: what a removal emptied is null there, and may be invalid.
   */
  private static void dropNulls(JsonNode tree) {
    if (tree instanceof ObjectNode object) {
      object.properties().removeIf(entry -> entry.getValue().isNull());
    }
    tree.forEach(Application::dropNulls);
  }
}
