package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.model.ObjectRef;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A kind as the API server serves it.
 *
 * @param apiVersion such as {@code apps/v1}
 * @param plural its name in paths, such as {@code deployments}
 * @param namespaced whether its objects live in namespaces
 */
record Resource(String apiVersion, String plural, boolean namespaced) {

  /** The path below which all API groups and versions are. */
  static String groupVersionPath(String apiVersion) {
    return (apiVersion.indexOf('/') < 0 ? "/api/" : "/apis/") + apiVersion;
  }

  /** The path of all objects, in one namespace or, with null, in all. */
  String collection(@Nullable String namespace) {
    String base = groupVersionPath(apiVersion) + "/";
    return namespaced && namespace != null
        ? base + "namespaces/" + segment(namespace) + "/" + plural
        : base + plural;
  }

  /**
   * The path of one object.
   *
   * @throws IllegalArgumentException when the reference lacks a namespace that the kind needs
   */
  String item(ObjectRef ref) {
    return collection(namespaceOf(ref)) + "/" + segment(ref.name());
  }

  /** The path to create an object at. */
  String parent(ObjectRef ref) {
    return collection(namespaceOf(ref));
  }

  /** One part of a path, with everything escaped that is not a name's own character. */
  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private @Nullable String namespaceOf(ObjectRef ref) {
    if (namespaced && ref.namespace() == null) {
      throw new IllegalArgumentException(
          ref + " names no namespace, and a " + ref.kind() + " lives in one");
    }
    return ref.namespace();
  }
}
