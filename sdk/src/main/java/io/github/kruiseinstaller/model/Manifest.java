package io.github.kruiseinstaller.model;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One Kubernetes object as a raw tree, with exactly the fields that were read: nothing is
 * defaulted, dropped or reordered. Immutable and safe to share between threads.
 *
 * <p>A tree consists of maps with text keys, lists, String, Boolean, whole and decimal numbers and
 * null. Paths are map keys (String) and list positions (Integer).
 */
public final class Manifest {
  private final Map<String, @Nullable Object> root;
  private final ObjectRef ref;

  private Manifest(Map<String, @Nullable Object> root) {
    this.root = root;
    this.ref =
        new ObjectRef(
            requireText(root, "apiVersion"),
            requireText(root, "kind"),
            Trees.text(root, "metadata", "namespace"),
            requireText(root, "metadata", "name"));
  }

  /**
   * Copies a tree.
   *
   * @throws IllegalArgumentException when apiVersion, kind or metadata.name is absent, or the tree
   *     holds something that is not JSON
   */
  public static Manifest of(Map<String, ?> tree) {
    return new Manifest(Trees.frozen(tree));
  }

  /**
   * Parses one JSON object.
   *
   * @throws IllegalArgumentException when apiVersion, kind or metadata.name is absent
   */
  public static Manifest parseJson(String json) {
    return of(Trees.map(Json.parse(json)));
  }

  /** What this object is called. */
  public ObjectRef ref() {
    return ref;
  }

  /** Group and version, such as {@code apps/v1}. */
  public String apiVersion() {
    return ref.apiVersion();
  }

  /** The kind, such as {@code Deployment}. */
  public String kind() {
    return ref.kind();
  }

  /** The object's name. */
  public String name() {
    return ref.name();
  }

  /** The namespace that the manifest names, or null. */
  public @Nullable String namespace() {
    return ref.namespace();
  }

  /** Whether the object is of this kind. */
  public boolean isKind(String kind) {
    return ref.kind().equals(kind);
  }

  /** The whole tree, unmodifiable at every level. */
  public Map<String, @Nullable Object> tree() {
    return root;
  }

  /** The value at a path, or null when absent. */
  public @Nullable Object at(Object... path) {
    return Trees.at(root, path);
  }

  /** The text at a path, or null when absent or not a text. */
  public @Nullable String text(Object... path) {
    return Trees.text(root, path);
  }

  /** The whole number at a path, or {@code fallback} when absent. */
  public long number(long fallback, Object... path) {
    return Trees.number(fallback, root, path);
  }

  /** The map at a path, or an empty one. */
  public Map<String, @Nullable Object> map(Object... path) {
    return Trees.map(root, path);
  }

  /** The list at a path, or an empty one. */
  public List<@Nullable Object> list(Object... path) {
    return Trees.list(root, path);
  }

  /** The maps among the items of the list at a path. */
  public List<Map<String, @Nullable Object>> maps(Object... path) {
    return Trees.maps(root, path);
  }

  /** The labels as texts; values that are not texts are left out. */
  public Map<String, String> labels() {
    return texts("metadata", "labels");
  }

  /** The annotations as texts; values that are not texts are left out. */
  public Map<String, String> annotations() {
    return texts("metadata", "annotations");
  }

  /** The live object's uid, or null when this did not come from a cluster. */
  public @Nullable String uid() {
    return text("metadata", "uid");
  }

  /** The live object's resourceVersion, or null when this did not come from a cluster. */
  public @Nullable String resourceVersion() {
    return text("metadata", "resourceVersion");
  }

  /** A changed copy: {@code change} gets a deep copy of the tree that it may alter at will. */
  public Manifest edit(Consumer<Map<String, @Nullable Object>> change) {
    Map<String, @Nullable Object> copy = Trees.mutable(root);
    change.accept(copy);
    return of(copy);
  }

  /** The object as JSON on one line. May contain Secret data: never log it. */
  public String toJson() {
    return Json.compact(root);
  }

  /** Equal when the trees are equal. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Manifest manifest && manifest.root.equals(root);
  }

  @Override
  public int hashCode() {
    return root.hashCode();
  }

  /** The object's name only; content is left out because it may be secret. */
  @Override
  public String toString() {
    return ref.toString();
  }

  private Map<String, String> texts(Object... path) {
    Map<String, String> texts = new java.util.LinkedHashMap<>();
    map(path)
        .forEach(
            (key, value) -> {
              if (value instanceof String text) {
                texts.put(key, text);
              }
            });
    return java.util.Collections.unmodifiableMap(texts);
  }

  private static String requireText(Map<String, @Nullable Object> root, Object... path) {
    String text = Trees.text(root, path);
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException(
          Objects.toString(path[path.length - 1]) + " is missing or not a text");
    }
    return text;
  }
}
