package io.github.kruiseinstaller.internal.ownership;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code metadata.managedFields}: which fields somebody owns.
 *
 * @param manager the field manager's name
 * @param operation {@link #APPLY} or {@link #UPDATE}
 * @param apiVersion the version of the object that the fields are of
 * @param subresource the subresource that was written, or empty
 * @param time when, or empty
 * @param fields which
 */
public record ManagedEntry(
    String manager,
    String operation,
    String apiVersion,
    String subresource,
    String time,
    FieldSet fields) {
  /** Written by server-side apply: what the manager no longer applies goes away. */
  public static final String APPLY = "Apply";

  /** Written by any other request. */
  public static final String UPDATE = "Update";

  /** The entries of a live object. */
  public static List<ManagedEntry> of(Manifest live) {
    return live.maps("metadata", "managedFields").stream().map(ManagedEntry::read).toList();
  }

  /** What this library has applied of a live object; empty when it never has. */
  public static Optional<ManagedEntry> ourApply(Manifest live) {
    return of(live).stream().filter(entry -> entry.isOurs(APPLY)).findFirst();
  }

  private static ManagedEntry read(Map<String, @Nullable Object> entry) {
    return new ManagedEntry(
        text(entry, "manager"),
        text(entry, "operation"),
        text(entry, "apiVersion"),
        text(entry, "subresource"),
        text(entry, "time"),
        new FieldSet(Trees.map(entry, "fieldsV1")));
  }

  private static String text(Map<String, @Nullable Object> entry, String key) {
    String text = Trees.text(entry, key);
    return text == null ? "" : text;
  }

  /** Whether this library wrote it, by whatever operation. */
  public boolean isOurs() {
    return manager.equals(Cluster.FIELD_MANAGER);
  }

  /** Whether it was written by server-side apply. */
  public boolean isApplied() {
    return operation.equals(APPLY);
  }

  /** Whether this library wrote it, by this operation and not through a subresource. */
  boolean isOurs(String byOperation) {
    return isOurs() && operation.equals(byOperation) && isPlain();
  }

  /** Whether the object itself was written, not a subresource such as status or scale. */
  public boolean isPlain() {
    return subresource.isEmpty();
  }

  ManagedEntry with(FieldSet others) {
    return new ManagedEntry(manager, operation, apiVersion, subresource, time, others);
  }

  ManagedEntry at(String moment) {
    return new ManagedEntry(manager, operation, apiVersion, subresource, moment, fields);
  }

  Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("manager", manager);
    map.put("operation", operation);
    map.put("apiVersion", apiVersion);
    if (!time.isEmpty()) {
      map.put("time", time);
    }
    map.put("fieldsType", "FieldsV1");
    map.put("fieldsV1", fields.fields());
    if (!subresource.isEmpty()) {
      map.put("subresource", subresource);
    }
    return map;
  }
}
