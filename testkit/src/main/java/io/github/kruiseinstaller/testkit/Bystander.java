package io.github.kruiseinstaller.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody who has nothing to do with what is being installed and needs Pods. Asks the API server
 * from the inside: no fault hits it, and nothing of it is recorded. Thread-safe.
 */
public final class Bystander {
  private static final Caller CALLER = Caller.system("bystander");
  private static final String POD = "bystander";

  private final Resources resources;
  private final Resource pods;
  private final String namespace;

  Bystander(Kinds kinds, Resources resources, String namespace) {
    this.resources = resources;
    this.namespace = namespace;
    this.pods = kind(kinds, "Pod");
    ensure(kind(kinds, "Namespace"), "", object("Namespace", namespace));
    // A controller makes it for every namespace, a moment later; no Pod is admitted before.
    ensure(kind(kinds, "ServiceAccount"), namespace, object("ServiceAccount", "default"));
    ensure(pods, namespace, pod(POD));
  }

  /** What is there is not asked for: that might be refused now. Others may do the same. */
  private void ensure(Resource resource, String where, ObjectNode object) {
    if (resources.find(resource, where, Nodes.name(object)).isPresent()) {
      return;
    }
    try {
      ClusterObjects.refusing(
          () -> resources.create(CALLER, resource, where, object, write(false)));
    } catch (ApiRefusal e) {
      if (!e.reason().equals("AlreadyExists")) {
        throw e;
      }
    }
  }

  /**
   * Asks for a Pod's creation, update, deletion and eviction, all in dry run.
   *
   * @return what was refused: the verb and the API server's words; empty when all is well
   */
  public List<String> refusals() {
    List<String> refusals = new ArrayList<>();
    Resources.Delete delete = new Resources.Delete("Background", 0L, "", "", true);
    ask(
        refusals,
        "create",
        () -> resources.create(CALLER, pods, namespace, pod("another"), write(true)));
    ask(
        refusals,
        "update",
        () ->
            resources.patch(
                CALLER,
                pods,
                namespace,
                POD,
                "",
                "application/merge-patch+json",
                Json.bytes(
                    Json.parse("{\"metadata\":{\"labels\":{\"seen\":\"yes\"}}}".getBytes(UTF_8))),
                write(true)));
    ask(refusals, "delete", () -> resources.delete(CALLER, pods, namespace, POD, delete));
    ask(refusals, "evict", () -> resources.evict(CALLER, namespace, POD, eviction(), write(true)));
    return List.copyOf(refusals);
  }

  private static void ask(List<String> refusals, String verb, Runnable request) {
    try {
      request.run();
    } catch (StatusException e) {
      refusals.add(verb + ": " + e.code() + " " + e.getMessage());
    }
  }

  private static Resource kind(Kinds kinds, String kind) {
    return kinds
        .kind("v1", kind)
        .orElseThrow(() -> new IllegalStateException("the kind " + kind + " is not served"));
  }

  private static Resources.Write write(boolean dryRun) {
    return new Resources.Write(dryRun, "bystander", "Strict", false, new ArrayList<>());
  }

  private static ObjectNode object(String kind, String name) {
    ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", kind);
    object.putObject("metadata").put("name", name);
    return object;
  }

  private static ObjectNode pod(String name) {
    ObjectNode pod = object("Pod", name);
    Nodes.array(Nodes.object(pod, "spec"), "containers")
        .addObject()
        .put("name", "app")
        .put("image", "app:1");
    return pod;
  }

  private ObjectNode eviction() {
    ObjectNode eviction = Json.object().put("apiVersion", "policy/v1").put("kind", "Eviction");
    eviction.putObject("metadata").put("name", POD).put("namespace", namespace);
    return eviction;
  }
}
