package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One object that is changed to mend something: applied, or patched where nothing else of it may
 * change.
 *
 * @param stage when it is written
 * @param change what people see of it
 * @param manifest what is applied, or null
 * @param patch the merge patch, empty for none
 */
record Mending(
    Stage stage,
    PlannedChange change,
    @Nullable Manifest manifest,
    Map<String, @Nullable Object> patch) {
  /** An object that is made because it is not there. */
  static Mending create(Stage stage, Manifest manifest) {
    return apply(stage, PlannedChange.of(manifest.ref(), ChangeAction.CREATE), manifest);
  }

  /** An object of a release that is applied. */
  static Mending apply(Stage stage, PlannedChange change, Manifest manifest) {
    return new Mending(stage, change, manifest, Map.of());
  }

  /** Some fields of an object. */
  static Mending patch(
      Stage stage, ObjectRef object, Map<String, ?> patch, List<FieldDiff> fields) {
    return new Mending(
        stage,
        new PlannedChange(object, ChangeAction.CHANGE, fields, List.of()),
        null,
        Trees.mutable(patch));
  }

  /** One field, set to a value. */
  static FieldDiff field(String path, @Nullable Object live, @Nullable Object wanted) {
    return new FieldDiff(
        path,
        live == null ? null : Json.compact(live),
        wanted == null ? null : Json.compact(wanted));
  }

  /** The object. */
  ObjectRef object() {
    return change.object();
  }

  /** This and another mending of the same object, as one. */
  Mending with(Mending other) {
    List<FieldDiff> fields = new ArrayList<>(change.fields());
    other.change.fields().stream().filter(field -> !fields.contains(field)).forEach(fields::add);
    Mending first = manifest != null || other.manifest == null ? this : other;
    Map<String, @Nullable Object> merged = Trees.mutable(patch);
    merge(merged, other.patch);
    return new Mending(
        first.stage,
        new PlannedChange(object(), first.change.action(), fields, first.change.takenFrom()),
        first.manifest,
        merged);
  }

  /** The object as it will be. */
  Manifest result(@Nullable Manifest live) {
    Manifest base = manifest != null ? manifest : live;
    if (base == null) {
      throw new IllegalStateException("a patch needs an object: " + object());
    }
    return base.edit(tree -> patched(tree, patch));
  }

  private static void merge(
      Map<String, @Nullable Object> into, Map<String, @Nullable Object> from) {
    from.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> && into.get(key) instanceof Map<?, ?>) {
            merge(Trees.map(into, key), Trees.map(value));
          } else {
            into.put(key, value instanceof Map<?, ?> map ? Trees.mutable(map) : value);
          }
        });
  }

  private static void patched(
      Map<String, @Nullable Object> tree, Map<String, @Nullable Object> patch) {
    patch.forEach(
        (key, value) -> {
          if (value == null) {
            tree.remove(key);
          } else if (value instanceof Map<?, ?>) {
            patched(Trees.child(tree, key), Trees.map(value));
          } else {
            tree.put(key, value);
          }
        });
  }

  /** Several mendings, those of one object as one, in their order. */
  static List<Mending> together(List<Mending> mendings) {
    Map<ObjectRef, Mending> byObject = new LinkedHashMap<>();
    mendings.forEach(each -> byObject.merge(each.object(), each, Mending::with));
    return List.copyOf(byObject.values());
  }
}
