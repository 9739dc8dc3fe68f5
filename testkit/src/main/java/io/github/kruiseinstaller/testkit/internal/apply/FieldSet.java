package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A set of places in an object: which fields, map entries and list elements. A place can be a
 * member without what is above or below it. Immutable; equal when the members are.
 */
final class FieldSet {
  /** No place at all. */
  static final FieldSet EMPTY = new FieldSet(new TreeMap<>());

  private final NavigableMap<Step, Branch> branches;

  /** One step down. Never without any member. */
  private record Branch(boolean member, FieldSet below) {
    static final Branch NONE = new Branch(false, EMPTY);

    boolean isEmpty() {
      return !member && below.isEmpty();
    }
  }

  private FieldSet(NavigableMap<Step, Branch> branches) {
    this.branches = branches;
  }

  /** The set of these places; the empty path, the whole object, is nobody's. */
  static FieldSet of(List<List<Step>> paths) {
    Builder builder = new Builder();
    paths.forEach(builder::add);
    return builder.build();
  }

  /** The set of one place, that fields of objects lead to. */
  static FieldSet ofFields(String... names) {
    List<Step> path = new ArrayList<>();
    for (String name : names) {
      path.add(new Step.Field(name));
    }
    return of(List.of(path));
  }

  /** No members. */
  boolean isEmpty() {
    return branches.isEmpty();
  }

  /** The number of members. */
  int size() {
    return branches.values().stream()
        .mapToInt(branch -> (branch.member ? 1 : 0) + branch.below.size())
        .sum();
  }

  /** Whether the place one step down is a member. */
  boolean has(Step step) {
    return branch(step).member;
  }

  /** Whether the place at the end of the path is a member. */
  boolean has(List<Step> path) {
    FieldSet set = this;
    for (Step step : path.subList(0, Math.max(path.size() - 1, 0))) {
      set = set.below(step);
    }
    return !path.isEmpty() && set.has(path.get(path.size() - 1));
  }

  /** The members below a place, seen from there. */
  FieldSet below(Step step) {
    return branch(step).below;
  }

  private Branch branch(Step step) {
    return branches.getOrDefault(step, Branch.NONE);
  }

  /** Members of either. */
  FieldSet union(FieldSet other) {
    TreeMap<Step, Branch> all = new TreeMap<>(branches);
    other.branches.forEach(
        (step, branch) ->
            all.merge(
                step,
                branch,
                (one, two) -> new Branch(one.member || two.member, one.below.union(two.below))));
    return new FieldSet(all);
  }

  /** Members of both. */
  FieldSet intersection(FieldSet other) {
    return map(
        (step, branch) -> {
          Branch two = other.branch(step);
          return new Branch(branch.member && two.member, branch.below.intersection(two.below));
        });
  }

  /** Members of this that are not members of the other; what is below those is not touched. */
  FieldSet difference(FieldSet other) {
    return map(
        (step, branch) -> {
          Branch two = other.branch(step);
          return new Branch(branch.member && !two.member, branch.below.difference(two.below));
        });
  }

  /** The difference, without what is below the other's members either. */
  FieldSet deepDifference(FieldSet other) {
    return map(
        (step, branch) -> {
          Branch two = other.branch(step);
          return two.member
              ? Branch.NONE
              : new Branch(branch.member, branch.below.deepDifference(two.below));
        });
  }

  /** The members that have no members below them. */
  FieldSet leaves() {
    return map(
        (step, branch) ->
            new Branch(branch.member && branch.below.isEmpty(), branch.below.leaves()));
  }

  /**
   * With every declared field of an object that leads to a member. Such fields are not members by
   * themselves, but they have to go when all below them goes.
   */
  FieldSet withDeclaredFields(Schema schema) {
    return map(
        (step, branch) ->
            new Branch(
                branch.member || (!branch.below.isEmpty() && Place.declares(schema, step)),
                branch.below.withDeclaredFields(Place.below(schema, step))));
  }

  /**
   * With places that the schema says are owned as a whole instead of what is below them: the set
   * may be older than the schema.
   */
  FieldSet fittedTo(Schema schema) {
    return map(
        (step, branch) -> {
          Schema below = Place.below(schema, step);
          return Place.isOwnedWhole(below) && !branch.below.isEmpty()
              ? new Branch(true, EMPTY)
              : new Branch(branch.member, branch.below.fittedTo(below));
        });
  }

  private interface Change {
    Branch of(Step step, Branch branch);
  }

  private FieldSet map(Change change) {
    TreeMap<Step, Branch> kept = new TreeMap<>();
    branches.forEach(
        (step, branch) -> {
          Branch changed = change.of(step, branch);
          if (!changed.isEmpty()) {
            kept.put(step, changed);
          }
        });
    return new FieldSet(kept);
  }

  /** The paths of all members: those one step down first, then what is below each of them. */
  List<List<Step>> paths() {
    List<List<Step>> paths = new ArrayList<>();
    collect(new ArrayList<>(), paths);
    return paths;
  }

  private void collect(List<Step> prefix, List<List<Step>> paths) {
    BiConsumer<Step, Runnable> at =
        (step, action) -> {
          prefix.add(step);
          action.run();
          prefix.remove(prefix.size() - 1);
        };
    branches.forEach(
        (step, branch) -> {
          if (branch.member) {
            at.accept(step, () -> paths.add(List.copyOf(prefix)));
          }
        });
    branches.forEach((step, branch) -> at.accept(step, () -> branch.below.collect(prefix, paths)));
  }

  /** As {@code fieldsV1}. */
  ObjectNode toJson() {
    ObjectNode json = Json.object();
    branches.forEach(
        (step, branch) -> {
          ObjectNode below = Json.object();
          if (branch.member && !branch.below.isEmpty()) {
            below.putObject(".");
          }
          json.set(step.encoded(), below.setAll(branch.below.toJson()));
        });
    return json;
  }

  /**
   * From {@code fieldsV1}. Sorts of steps that are not known are left out.
   *
   * @throws IllegalArgumentException when it is none
   */
  static FieldSet fromJson(JsonNode json) {
    TreeMap<Step, Branch> branches = new TreeMap<>();
    json.properties()
        .forEach(
            entry -> {
              if (!entry.getKey().equals(".")) {
                JsonNode value = entry.getValue();
                FieldSet below = fromJson(value);
                boolean member = below.isEmpty() || value.has(".");
                Step.decoded(entry.getKey())
                    .ifPresent(step -> branches.put(step, new Branch(member, below)));
              }
            });
    return new FieldSet(branches);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FieldSet set && branches.equals(set.branches);
  }

  @Override
  public int hashCode() {
    return branches.hashCode();
  }

  /** One path on each line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (List<Step> path : paths()) {
      text.append(printed(path)).append('\n');
    }
    return text.toString();
  }

  /** A path as conflicts print it: {@code .spec.ports[port=80,protocol="TCP"].name}. */
  static String printed(List<Step> path) {
    StringBuilder text = new StringBuilder();
    path.forEach(text::append);
    return text.toString();
  }

  /** Collects places, in any order. */
  static final class Builder {
    private final TreeMap<Step, Builder> below = new TreeMap<>();
    private boolean member;

    /** Adds the place at the end of a path. */
    void add(List<Step> path) {
      Builder place = this;
      for (Step step : path) {
        place = place.below.computeIfAbsent(step, absent -> new Builder());
      }
      place.member = true;
    }

    /** The places so far. */
    FieldSet build() {
      TreeMap<Step, Branch> branches = new TreeMap<>();
      below.forEach((step, place) -> branches.put(step, new Branch(place.member, place.build())));
      return branches.isEmpty()
          ? EMPTY
          : new FieldSet(Collections.unmodifiableNavigableMap(branches));
    }
  }
}
