package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The API server, as one controller uses it: under its own name. */
final class Api {
  private static final String AGENT = "kube-controller-manager/v1.34.0";

  private final Resources resources;
  private final Kinds kinds;
  private final Caller caller;

  Api(Resources resources, Kinds kinds, Caller caller) {
    this.resources = resources;
    this.kinds = kinds;
    this.caller = caller;
  }

  /** The same API server under the name of a controller of kube-controller-manager. */
  Api controller(String name) {
    return as(Caller.serviceAccount("kube-system", name, AGENT));
  }

  /** The same API server for another caller. */
  Api as(Caller other) {
    return new Api(resources, kinds, other);
  }

  Resources resources() {
    return resources;
  }

  Kinds kinds() {
    return kinds;
  }

  Caller caller() {
    return caller;
  }

  Optional<ObjectNode> find(BuiltIn kind, String namespace, String name) {
    return resources.find(kind.in(kinds), namespace, name);
  }

  Optional<ObjectNode> find(BuiltIn kind, Key key) {
    return find(kind, key.namespace(), key.name());
  }

  /** To look at only: the tree may be shared and must not be changed. */
  Optional<ObjectNode> view(BuiltIn kind, Key key) {
    return resources.view(kind.in(kinds), key.namespace(), key.name());
  }

  /** All objects of a namespace, to look at only: the trees may be shared. */
  List<ObjectNode> views(BuiltIn kind, String namespace) {
    return resources.views(kind.in(kinds), namespace, Resources.Selection.ALL);
  }

  /** All objects of a namespace, or with an empty one of all. */
  List<ObjectNode> list(BuiltIn kind, String namespace) {
    return list(kind.in(kinds), namespace);
  }

  List<ObjectNode> list(Resource resource, String namespace) {
    return resources.list(resource, namespace, Resources.Selection.ALL).items();
  }

  /** Objects that have all of the labels. */
  List<ObjectNode> list(BuiltIn kind, String namespace, Map<String, String> labels) {
    String selector =
        labels.entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
    return resources
        .list(kind.in(kinds), namespace, new Resources.Selection(selector, "", 0, "", "", ""))
        .items();
  }

  ObjectNode create(BuiltIn kind, ObjectNode object) {
    return resources.create(caller, kind.in(kinds), Nodes.namespace(object), object, write());
  }

  /** Creates unless it is there. */
  void ensure(BuiltIn kind, ObjectNode object) {
    if (find(kind, Key.of(object)).isEmpty()) {
      try {
        create(kind, object);
      } catch (StatusException e) {
        if (!"AlreadyExists".equals(e.reason())) {
          throw e;
        }
      }
    }
  }

  /** Writes all but the status. */
  ObjectNode update(BuiltIn kind, ObjectNode object) {
    return update(kind.in(kinds), object, "");
  }

  /** Writes the status. */
  ObjectNode updateStatus(BuiltIn kind, ObjectNode object) {
    return update(kind.in(kinds), object, "status");
  }

  ObjectNode update(Resource resource, ObjectNode object, String subresource) {
    return resources
        .replace(
            caller,
            resource,
            Nodes.namespace(object),
            Nodes.name(object),
            subresource,
            object,
            write())
        .object();
  }

  /** Puts a pod on a node. */
  void bind(Key pod, ObjectNode binding) {
    resources.bind(caller, pod.namespace(), pod.name(), binding, write());
  }

  /** Deletes what has this uid, with the grace it asks for itself; false when it was gone. */
  boolean delete(BuiltIn kind, ObjectNode object) {
    return delete(kind.in(kinds), object, "Background", null);
  }

  boolean delete(Resource resource, ObjectNode object, String policy, @Nullable Long graceSeconds) {
    try {
      resources.delete(
          caller,
          resource,
          Nodes.namespace(object),
          Nodes.name(object),
          new Resources.Delete(policy, graceSeconds, Nodes.uid(object), "", false));
      return true;
    } catch (StatusException e) {
      if (e.code() == 404) {
        return false;
      }
      throw e;
    }
  }

  private static Resources.Write write() {
    return new Resources.Write(false, "", "Ignore", false, new ArrayList<>());
  }
}
