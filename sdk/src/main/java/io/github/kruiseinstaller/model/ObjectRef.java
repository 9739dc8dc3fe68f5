package io.github.kruiseinstaller.model;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Names one Kubernetes object.
 *
 * @param apiVersion group and version as in a manifest, such as {@code apps/v1} or {@code v1}
 * @param kind the kind, such as {@code Deployment}
 * @param namespace the namespace, or null for an object of the whole cluster
 * @param name the object's name
 */
public record ObjectRef(String apiVersion, String kind, @Nullable String namespace, String name)
    implements Comparable<ObjectRef> {
  private static final Comparator<ObjectRef> ORDER =
      Comparator.comparing(ObjectRef::kind)
          .thenComparing(ref -> ref.namespace() == null ? "" : ref.namespace())
          .thenComparing(ObjectRef::name)
          .thenComparing(ObjectRef::apiVersion);

  /** Refuses empty parts. */
  public ObjectRef {
    requireText(apiVersion, "apiVersion");
    requireText(kind, "kind");
    requireText(name, "name");
    if (namespace != null) {
      requireText(namespace, "namespace");
    }
  }

  /** An object of the whole cluster. */
  public static ObjectRef cluster(String apiVersion, String kind, String name) {
    return new ObjectRef(apiVersion, kind, null, name);
  }

  /** An object in a namespace. */
  public static ObjectRef namespaced(
      String apiVersion, String kind, String namespace, String name) {
    return new ObjectRef(apiVersion, kind, Objects.requireNonNull(namespace, "namespace"), name);
  }

  /** The API group: {@code apps} of {@code apps/v1}, empty for the core group. */
  public String group() {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  /** The JSON form as maps: {@code apiVersion}, {@code kind}, {@code namespace}, {@code name}. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("apiVersion", apiVersion);
    map.put("kind", kind);
    map.put("namespace", namespace);
    map.put("name", name);
    return Collections.unmodifiableMap(map);
  }

  /** Kind, namespace where there is one, and name: {@code Deployment kruise-system/manager}. */
  @Override
  public String toString() {
    return namespace == null ? kind + " " + name : kind + " " + namespace + "/" + name;
  }

  @Override
  public int compareTo(ObjectRef other) {
    return ORDER.compare(this, other);
  }

  private static void requireText(String value, String what) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(what + " of an object reference is empty");
    }
  }
}
