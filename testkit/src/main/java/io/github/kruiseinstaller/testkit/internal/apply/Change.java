package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.Ownership.Owned;
import io.github.kruiseinstaller.testkit.internal.apply.Ownership.Owner;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What one write does to an object, and so to what others own of it. */
final class Change {
  private final Versions versions;
  private final ObjectNode before;
  private final ObjectNode after;
  private final FieldSet outOfReach;
  private final Map<String, Optional<Comparison>> comparisons = new HashMap<>();

  /**
   * A change.
   *
   * @param outOfReach what the request cannot change, whatever its body says
   */
  Change(Versions versions, ObjectNode before, ObjectNode after, FieldSet outOfReach) {
    this.versions = versions;
    this.before = before;
    this.after = after;
    this.outOfReach = outOfReach;
  }

  /** The change in the request's version. */
  Comparison comparison() {
    return comparison(versions.current()).orElseThrow();
  }

  private Optional<Comparison> comparison(String apiVersion) {
    return comparisons.computeIfAbsent(
        apiVersion,
        version ->
            versions
                .schema(version)
                .map(schema -> Comparison.of(schema, before, after).without(ignored(version))));
  }

  /**
   * The API server knows what is out of reach for all versions of a built-in kind, but of a custom
   * kind for the request's version only.
   */
  private FieldSet ignored(String apiVersion) {
    return versions.requested().custom() && !apiVersion.equals(versions.current())
        ? FieldSet.EMPTY
        : outOfReach;
  }

  /** What others own and would no longer find as they left it. */
  Conflicts conflicts(Ownership ownership, Owner writer) {
    Conflicts conflicts = new Conflicts();
    for (Owner owner : ownership.owners()) {
      Owned owned = ownership.get(owner);
      if (owned != null && !owner.equals(writer)) {
        comparison(owned.apiVersion())
            .ifPresent(
                change -> conflicts.add(owner, owned.fields().intersection(change.changed())));
      }
    }
    return conflicts;
  }

  /**
   * Takes from all but the writer what is another now or gone. Owners in versions that are no
   * longer served lose everything.
   */
  void takeFromOthers(Ownership ownership, Owner writer) {
    for (Owner owner : ownership.owners()) {
      Owned owned = ownership.get(owner);
      if (owned == null) {
        continue;
      }
      Optional<Comparison> change = comparison(owned.apiVersion());
      if (change.isEmpty()) {
        ownership.remove(owner);
      } else if (owner.equals(writer)) {
        ownership.put(owner, owned);
      } else {
        ownership.take(owner, change.get().changed().union(change.get().removed()));
      }
    }
  }
}
