package io.github.kruiseinstaller.internal.cluster;

import com.google.gson.JsonParseException;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What goes into the bodies of requests, and what is read from the bodies of answers. */
final class Payloads {
  private Payloads() {}

  /**
   * The fields that an apply claims: neither the state, which belongs to controllers, nor what the
   * server refuses to see.
   */
  static String applied(Manifest manifest) {
    Map<String, @Nullable Object> tree = Trees.mutable(manifest.tree());
    withoutServersOwn(tree);
    if (tree.get("metadata") instanceof Map<?, ?> metadata) {
      metadata.remove("managedFields");
    }
    return Json.compact(tree);
  }

  /** The object as it is created. */
  static String created(Manifest manifest) {
    Map<String, @Nullable Object> tree = Trees.mutable(manifest.tree());
    withoutServersOwn(tree);
    return Json.compact(tree);
  }

  /** Deletes only the object with this uid, if there is one. */
  static String deleteOptions(@Nullable String uid, Cluster.Propagation propagation) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("apiVersion", "v1");
    options.put("kind", "DeleteOptions");
    options.put("propagationPolicy", propagation.policy());
    if (uid != null) {
      options.put("preconditions", Map.of("uid", uid));
    }
    return Json.compact(options);
  }

  /** A SelfSubjectAccessReview. */
  static String accessReview(
      String verb, ObjectRef object, String plural, @Nullable String subresource) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    if (object.namespace() != null) {
      attributes.put("namespace", object.namespace());
    }
    attributes.put("verb", verb);
    attributes.put("group", object.group());
    attributes.put("resource", plural);
    attributes.put("name", object.name());
    if (subresource != null) {
      attributes.put("subresource", subresource);
    }
    return accessReview(attributes);
  }

  /** A SelfSubjectAccessReview for whatever there is. */
  static String accessReviewOfEverything() {
    return accessReview(Map.of("verb", "*", "group", "*", "resource", "*"));
  }

  private static String accessReview(Map<String, Object> attributes) {
    return Json.compact(
        Map.of(
            "apiVersion",
            "authorization.k8s.io/v1",
            "kind",
            "SelfSubjectAccessReview",
            "spec",
            Map.of("resourceAttributes", attributes)));
  }

  /**
   * The name that a kind most likely has in paths. Only for questions about permissions: rules may
   * name resources that the cluster does not have yet.
   */
  static String likelyPlural(String kind) {
    String lower = kind.toLowerCase(Locale.ROOT);
    if (lower.endsWith("s")) {
      return lower + "es";
    }
    return lower.endsWith("y") ? lower.substring(0, lower.length() - 1) + "ies" : lower + "s";
  }

  /** The object in an answer. */
  static Manifest object(Ask ask, String body) {
    try {
      return Manifest.of(Trees.map(tree(ask, body)));
    } catch (IllegalArgumentException e) {
      throw Exchange.unanswered(ask, "the answer holds no object: " + e.getMessage(), e);
    }
  }

  /** The JSON in an answer. Something in between may answer in the API server's place. */
  static Object tree(Ask ask, String body) {
    Object tree;
    try {
      tree = Json.parse(body);
    } catch (JsonParseException e) {
      // The parser's message quotes the text, which may hold a Secret.
      throw Exchange.unanswered(ask, "the answer is cut off or not a JSON object", null);
    }
    if (!(tree instanceof Map<?, ?>)) {
      throw Exchange.unanswered(ask, "the answer is cut off or not a JSON object", null);
    }
    return tree;
  }

  private static void withoutServersOwn(Map<String, @Nullable Object> tree) {
    tree.remove("status");
    if (tree.get("metadata") instanceof Map<?, ?> metadata
        && metadata.get("creationTimestamp") == null) {
      metadata.remove("creationTimestamp");
    }
  }
}
