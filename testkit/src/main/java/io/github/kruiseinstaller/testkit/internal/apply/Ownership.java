package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The managedFields of one object, while a request is at work on them. Mutable.
 *
 * <p>Times outlive the entries they belong to, as in the real server: an entry that loses all its
 * fields and gains others in one request has its time.
 */
final class Ownership {
  /** An entry's operation when its fields were applied. */
  static final String APPLY = "Apply";

  /** An entry's operation after any other write. */
  static final String UPDATE = "Update";

  private final NavigableMap<Owner, Owned> entries = new TreeMap<>(Owner.ORDER);
  private final Map<Owner, Instant> times = new HashMap<>();

  /**
   * Who owns.
   *
   * @param manager the name
   * @param operation {@link #APPLY} or {@link #UPDATE}
   * @param apiVersion of the request; empty for Apply, whose entries follow the manager from
   *     version to version
   * @param subresource or empty
   */
  record Owner(String manager, String operation, String apiVersion, String subresource) {
    static final Comparator<Owner> ORDER = Comparator.comparing(Owner::identifier);

    /** The API server's own key for an entry, which decides about orders. */
    String identifier() {
      ObjectNode json = Json.object();
      json.put("manager", manager).put("operation", operation);
      if (!apiVersion.isEmpty()) {
        json.put("apiVersion", apiVersion);
      }
      if (!subresource.isEmpty()) {
        json.put("subresource", subresource);
      }
      return Json.compact(json);
    }
  }

  /**
   * What is owned.
   *
   * @param fields which
   * @param apiVersion in which the fields are meant
   */
  record Owned(FieldSet fields, String apiVersion) {
    Owned with(FieldSet others) {
      return new Owned(others, apiVersion);
    }
  }

  /**
   * Reads managedFields.
   *
   * @throws IllegalArgumentException when an entry is none
   */
  static Ownership read(JsonNode object) {
    Ownership ownership = new Ownership();
    List<JsonNode> list = Nodes.list(object, "metadata", "managedFields");
    for (int i = 0; i < list.size(); i++) {
      ownership.read(list.get(i), i);
    }
    return ownership;
  }

  /** Reads managedFields; none when they cannot be read. */
  static Ownership readOrEmpty(@Nullable JsonNode object) {
    try {
      return object == null ? new Ownership() : read(object);
    } catch (IllegalArgumentException e) {
      return new Ownership();
    }
  }

  private void read(JsonNode entry, int position) {
    String operation = Nodes.textOrEmpty(entry, "operation");
    String apiVersion = Nodes.textOrEmpty(entry, "apiVersion");
    String fieldsType = Nodes.textOrEmpty(entry, "fieldsType");
    require(
        operation.equals(APPLY) || operation.equals(UPDATE),
        "operation must be `Apply` or `Update`");
    require(!apiVersion.isEmpty(), "apiVersion must not be empty");
    require(
        fieldsType.equals("FieldsV1"),
        fieldsType.isEmpty()
            ? "missing fieldsType in managed fields entry " + position
            : "invalid fieldsType \"" + fieldsType + "\" in managed fields entry " + position);
    Owner owner =
        new Owner(
            Nodes.textOrEmpty(entry, "manager"),
            operation,
            operation.equals(APPLY) ? "" : apiVersion,
            Nodes.textOrEmpty(entry, "subresource"));
    entries.put(owner, new Owned(FieldSet.fromJson(entry.path("fieldsV1")), apiVersion));
    Nodes.text(entry, "time").ifPresent(time -> times.put(owner, instant(time)));
  }

  private static Instant instant(String time) {
    try {
      return Instant.parse(time).truncatedTo(ChronoUnit.SECONDS);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static void require(boolean truth, String otherwise) {
    if (!truth) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** Whether nobody owns anything. */
  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** All owners, in a fixed order; a copy. */
  Set<Owner> owners() {
    NavigableMap<Owner, Owned> copy = new TreeMap<>(Owner.ORDER);
    copy.putAll(entries);
    return copy.keySet();
  }

  /** What an owner owns, or null. */
  @Nullable Owned get(Owner owner) {
    return entries.get(owner);
  }

  /** The fields of an owner; empty when there is no such entry. */
  FieldSet fields(Owner owner) {
    Owned owned = entries.get(owner);
    return owned == null ? FieldSet.EMPTY : owned.fields();
  }

  /** The time of an owner's last write, or null. */
  @Nullable Instant time(Owner owner) {
    return times.get(owner);
  }

  /** Sets what an owner owns; without fields there is no entry. */
  void put(Owner owner, Owned owned) {
    if (owned.fields().isEmpty()) {
      entries.remove(owner);
    } else {
      entries.put(owner, owned);
    }
  }

  /** Takes places from an owner. */
  void take(Owner owner, FieldSet places) {
    Owned owned = entries.get(owner);
    if (owned != null) {
      put(owner, owned.with(owned.fields().difference(places)));
    }
  }

  /** Removes an entry. */
  void remove(Owner owner) {
    entries.remove(owner);
  }

  /** Sets the time of an owner's last write; null for none. */
  void touch(Owner owner, @Nullable Instant time) {
    if (time == null) {
      times.remove(owner);
    } else {
      times.put(owner, time);
    }
  }

  /** A copy that shares nothing that can change. */
  Ownership copy() {
    Ownership copy = new Ownership();
    copy.entries.putAll(entries);
    copy.times.putAll(times);
    return copy;
  }

  /** Writes managedFields into an object, or removes them when there are none. */
  void write(ObjectNode object) {
    ObjectNode metadata = Nodes.object(object, "metadata");
    if (entries.isEmpty()) {
      metadata.remove("managedFields");
      return;
    }
    List<Map.Entry<Owner, Owned>> sorted = new ArrayList<>(entries.entrySet());
    sorted.sort(
        Comparator.<Map.Entry<Owner, Owned>, String>comparing(entry -> entry.getKey().operation())
            .thenComparing(entry -> times.getOrDefault(entry.getKey(), Instant.EPOCH))
            .thenComparing(entry -> entry.getKey().manager())
            .thenComparing(entry -> entry.getValue().apiVersion())
            .thenComparing(entry -> entry.getKey().subresource()));
    ArrayNode list = Json.array();
    sorted.forEach(entry -> list.add(entry(entry.getKey(), entry.getValue())));
    metadata.set("managedFields", list);
  }

  private ObjectNode entry(Owner owner, Owned owned) {
    ObjectNode entry = Json.object();
    if (!owner.manager().isEmpty()) {
      entry.put("manager", owner.manager());
    }
    entry.put("operation", owner.operation()).put("apiVersion", owned.apiVersion());
    Instant time = times.get(owner);
    if (time != null) {
      entry.put("time", time.toString());
    }
    entry.put("fieldsType", "FieldsV1").set("fieldsV1", owned.fields().toJson());
    if (!owner.subresource().isEmpty()) {
      entry.put("subresource", owner.subresource());
    }
    return entry;
  }
}
