package io.github.kruiseinstaller.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.kind.YamlDocuments;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The objects of a simulated cluster, for setting a scene and for looking at what came of it. Works
 * inside the API server: with admission, webhooks among it, but without HTTP, so that no fault hits
 * it and nothing of it is recorded. Objects are trees of maps and lists as in their JSON; those
 * that are returned belong to the caller. Cluster-scoped objects have an empty namespace.
 * Thread-safe.
 */
public final class ClusterObjects {
  private static final Caller SCENE = Caller.system("testkit");
  private static final int MOST_EDITS = 10;
  private static final String APPLY = "application/apply-patch+yaml";

  private final Kinds kinds;
  private final Resources resources;

  ClusterObjects(Kinds kinds, Resources resources) {
    this.kinds = kinds;
    this.resources = resources;
  }

  /**
   * Applies documents as {@code kubectl apply --server-side --force-conflicts} does, one after the
   * other, under the field manager {@code testkit}. A definition is not waited for.
   *
   * @param yaml one or several documents, YAML or JSON
   * @throws ApiRefusal when the API server refuses one; those before it are applied
   */
  public void apply(String yaml) {
    for (ObjectNode object : YamlDocuments.read(yaml)) {
      Resource resource = resource(object);
      String namespace = resource.namespaced() ? namespace(object) : "";
      refusing(
          () ->
              resources.patch(
                  SCENE,
                  resource,
                  namespace,
                  Nodes.name(object),
                  "",
                  APPLY,
                  Json.bytes(object),
                  new Resources.Write(false, "testkit", "Strict", true, new ArrayList<>())));
    }
  }

  /** The object, or empty when it or its kind does not exist. */
  public Optional<Map<String, Object>> get(
      String apiVersion, String kind, String namespace, String name) {
    return kinds
        .kind(apiVersion, kind)
        .flatMap(resource -> resources.view(resource, namespace, name))
        .map(Json::toMap);
  }

  /** The object's resourceVersion, or empty when it or its kind does not exist: a cheap look. */
  public Optional<String> resourceVersion(
      String apiVersion, String kind, String namespace, String name) {
    return kinds
        .kind(apiVersion, kind)
        .flatMap(resource -> resources.view(resource, namespace, name))
        .map(Nodes::resourceVersion);
  }

  /** All objects of a kind in a namespace, or with an empty one in all; none of an unknown kind. */
  public List<Map<String, Object>> list(String apiVersion, String kind, String namespace) {
    return kinds
        .kind(apiVersion, kind)
        .map(resource -> resources.views(resource, namespace, Resources.Selection.ALL))
        .orElse(List.of())
        .stream()
        .map(Json::toMap)
        .toList();
  }

  /**
   * Changes an object and replaces it, as somebody with an editor would.
   *
   * @param edit changes the tree that it is given
   * @throws ApiRefusal when there is none, or the API server refuses it
   */
  public void edit(
      String apiVersion,
      String kind,
      String namespace,
      String name,
      Consumer<Map<String, Object>> edit) {
    edit(known(apiVersion, kind), namespace, name, "", edit);
  }

  /**
   * Changes an object's status and replaces it, as a controller or a kubelet would; what is changed
   * beside the status stays as it was.
   *
   * @param edit changes the tree of the whole object that it is given
   * @throws ApiRefusal when there is none, or the API server refuses it
   */
  public void editStatus(
      String apiVersion,
      String kind,
      String namespace,
      String name,
      Consumer<Map<String, Object>> edit) {
    edit(known(apiVersion, kind), namespace, name, "status", edit);
  }

  private void edit(
      Resource resource,
      String namespace,
      String name,
      String subresource,
      Consumer<Map<String, Object>> edit) {
    for (int tries = 1; ; tries++) {
      try {
        Map<String, Object> tree =
            refusing(() -> Json.toMap(resources.get(resource, namespace, name)));
        edit.accept(tree);
        ObjectNode edited = Json.objectOf(tree);
        refusing(
            () ->
                resources.replace(SCENE, resource, namespace, name, subresource, edited, write()));
        return;
      } catch (ApiRefusal e) {
        // Whoever loses the race against a controller looks again.
        if (tries == MOST_EDITS || !e.reason().equals("Conflict")) {
          throw e;
        }
      }
    }
  }

  /**
   * Deletes in the background, without grace.
   *
   * @throws ApiRefusal when there is none, or the API server refuses
   */
  public void delete(String apiVersion, String kind, String namespace, String name) {
    Resource resource = known(apiVersion, kind);
    refusing(
        () -> resources.delete(SCENE, resource, namespace, name, Resources.Delete.NOW).isPresent());
  }

  /** Does something and words its refusal for callers outside. */
  static <T> T refusing(Supplier<T> request) {
    try {
      return request.get();
    } catch (StatusException e) {
      throw new ApiRefusal(e.code(), e.reason(), String.valueOf(e.getMessage()), e);
    }
  }

  private static Resources.Write write() {
    return new Resources.Write(false, "testkit", "Strict", false, new ArrayList<>());
  }

  private Resource resource(JsonNode object) {
    return known(Nodes.textOrEmpty(object, "apiVersion"), Nodes.textOrEmpty(object, "kind"));
  }

  private Resource known(String apiVersion, String kind) {
    return kinds
        .kind(apiVersion, kind)
        .orElseThrow(
            () ->
                new ApiRefusal(
                    404,
                    "NotFound",
                    "no matches for kind \"" + kind + "\" in version \"" + apiVersion + "\"",
                    null));
  }

  private static String namespace(JsonNode object) {
    String namespace = Nodes.namespace(object);
    return namespace.isEmpty() ? "default" : namespace;
  }
}
