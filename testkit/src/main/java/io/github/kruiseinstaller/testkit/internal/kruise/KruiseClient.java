package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Access;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Delete;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Selection;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Write;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pod's client of the API server, with the rights of its ServiceAccount. Refusals are thrown as
 * {@link io.github.kruiseinstaller.testkit.internal.status.StatusException}. Thread-safe.
 */
final class KruiseClient {
  private final Surroundings surroundings;
  private final Caller caller;

  KruiseClient(Surroundings surroundings, Caller caller) {
    this.surroundings = surroundings;
    this.caller = caller;
  }

  /** The client of a pod. */
  static KruiseClient inPod(Surroundings surroundings, ObjectNode pod, String agent) {
    String account = Nodes.textOrEmpty(pod, "spec", "serviceAccountName");
    return new KruiseClient(
        surroundings,
        Caller.serviceAccount(
            Nodes.namespace(pod), account.isEmpty() ? "default" : account, agent));
  }

  /** Whether objects of that sort are served, in any version. */
  boolean serves(Plural plural) {
    return !surroundings.kinds().versions(plural.group(), plural.name()).isEmpty();
  }

  /** Whether anything of that group is served. */
  boolean servesGroup(String group) {
    return surroundings.kinds().all().stream().anyMatch(resource -> resource.group().equals(group));
  }

  /** The object, if it is there. */
  Optional<ObjectNode> find(Plural plural, String namespace, String name) {
    Resource resource = allowed("get", plural, "", namespace, name);
    return resources().find(resource, namespace, name);
  }

  /** All objects of a namespace, or with an empty one of all; none when none can be. */
  List<ObjectNode> list(Plural plural, String namespace) {
    if (!serves(plural)) {
      return new ArrayList<>();
    }
    Resource resource = allowed("list", plural, "", namespace, "");
    return resources().list(resource, namespace, Selection.ALL).items();
  }

  /** Creates it. */
  ObjectNode create(Plural plural, ObjectNode object) {
    String namespace = Nodes.namespace(object);
    Resource resource = allowed("create", plural, "", namespace, "");
    object.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    return resources().create(caller, resource, namespace, object, write());
  }

  /** Updates the whole object. */
  ObjectNode update(Plural plural, ObjectNode object) {
    return update(plural, "", object);
  }

  /** Updates its status. */
  ObjectNode updateStatus(Plural plural, ObjectNode object) {
    return update(plural, "status", object);
  }

  private ObjectNode update(Plural plural, String subresource, ObjectNode object) {
    String namespace = Nodes.namespace(object);
    String name = Nodes.name(object);
    Resource resource = allowed("update", plural, subresource, namespace, name);
    object.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    return resources()
        .replace(caller, resource, namespace, name, subresource, object, write())
        .object();
  }

  /** Deletes it. */
  void delete(Plural plural, ObjectNode object) {
    String namespace = Nodes.namespace(object);
    String name = Nodes.name(object);
    Resource resource = allowed("delete", plural, "", namespace, name);
    resources()
        .delete(
            caller, resource, namespace, name, new Delete("", null, Nodes.uid(object), "", false));
  }

  private Resource allowed(
      String verb, Plural plural, String subresource, String namespace, String name) {
    List<Resource> versions = surroundings.kinds().versions(plural.group(), plural.name());
    if (versions.isEmpty()) {
      throw Statuses.noSuchPath();
    }
    Resource resource = versions.get(0);
    surroundings
        .authorizer()
        .check(
            new Access(
                caller, verb, plural.group(), plural.name(), subresource, namespace, name, ""));
    return resource;
  }

  private Resources resources() {
    return surroundings.resources();
  }

  private static Write write() {
    return new Write(false, "", "Ignore", false, new ArrayList<>());
  }
}
