package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Who owns an object. */
final class Owners {
  private Owners() {}

  /** The owner that controls it. */
  static Optional<JsonNode> controller(JsonNode object) {
    return Nodes.list(object, "metadata", "ownerReferences").stream()
        .filter(owner -> owner.path("controller").asBoolean())
        .findFirst();
  }

  static boolean controls(JsonNode owner, JsonNode object) {
    return controller(object)
        .map(ref -> Nodes.textOrEmpty(ref, "uid").equals(Nodes.uid(owner)))
        .orElse(false);
  }

  /** The key of the controlling owner, when it is of this kind. */
  static Optional<Key> controllerKey(BuiltIn kind, JsonNode object) {
    return controller(object)
        .filter(ref -> groupKind(ref).equals(kind.groupKind()))
        .map(ref -> new Key(Nodes.namespace(object), Nodes.textOrEmpty(ref, "name")));
  }

  private static String groupKind(JsonNode ref) {
    String apiVersion = Nodes.textOrEmpty(ref, "apiVersion");
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    return Nodes.textOrEmpty(ref, "kind") + "." + group;
  }

  /** An entry of ownerReferences that says: controlled by this. */
  static ObjectNode reference(Resource kind, JsonNode owner) {
    ObjectNode reference = Json.object();
    reference
        .put("apiVersion", kind.apiVersion())
        .put("kind", kind.kind())
        .put("name", Nodes.name(owner))
        .put("uid", Nodes.uid(owner))
        .put("controller", true)
        .put("blockOwnerDeletion", true);
    return reference;
  }

  /** Which child belongs to which owner. */
  record Claim(BuiltIn ownerKind, ObjectNode owner, BuiltIn childKind, JsonNode selector) {
    /**
     * Those of the candidates that the owner controls: adopts orphans that match, lets go of what
     * no longer does.
     */
    List<ObjectNode> among(Api api, List<ObjectNode> candidates) {
      Predicate<ObjectNode> matches = child -> Selectors.matches(selector, Nodes.labels(child));
      List<ObjectNode> claimed = new ArrayList<>();
      for (ObjectNode child : candidates) {
        if (controls(owner, child)) {
          if (matches.test(child)) {
            claimed.add(child);
          } else if (!isDeleting(child)) {
            release(api, child);
          }
        } else if (controller(child).isEmpty()
            && matches.test(child)
            && !isDeleting(child)
            && !isDeleting(owner)) {
          claimed.add(adopt(api, child));
        }
      }
      return claimed;
    }

    private ObjectNode adopt(Api api, ObjectNode child) {
      ObjectNode adopted = child.deepCopy();
      Nodes.array(Nodes.object(adopted, "metadata"), "ownerReferences")
          .add(reference(ownerKind.in(api.kinds()), owner));
      return api.update(childKind, adopted);
    }

    private void release(Api api, ObjectNode child) {
      ObjectNode released = child.deepCopy();
      ArrayNode owners = Nodes.array(Nodes.object(released, "metadata"), "ownerReferences");
      for (int i = owners.size() - 1; i >= 0; i--) {
        if (Nodes.textOrEmpty(owners.get(i), "uid").equals(Nodes.uid(owner))) {
          owners.remove(i);
        }
      }
      api.update(childKind, released);
    }
  }

  static boolean isDeleting(JsonNode object) {
    return !Nodes.textOrEmpty(object, "metadata", "deletionTimestamp").isEmpty();
  }
}
