package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.CONTROLLER_REVISIONS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Comparator;
import java.util.List;

/** The ControllerRevisions of a DaemonSet or StatefulSet: one for each template it has had. */
final class Revisions {
  static final String HASH = "controller-revision-hash";

  private final Api api;
  private final BuiltIn ownerKind;

  Revisions(Api api, BuiltIn ownerKind) {
    this.api = api;
    this.ownerKind = ownerKind;
  }

  /** The revision of the owner's template, made when there is none, the newest in any case. */
  ObjectNode current(ObjectNode owner) {
    List<ObjectNode> all =
        api.list(CONTROLLER_REVISIONS, Nodes.namespace(owner)).stream()
            .filter(revision -> Owners.controls(owner, revision))
            .sorted(Comparator.comparingLong(Revisions::number))
            .toList();
    long newest = all.isEmpty() ? 0 : number(all.get(all.size() - 1));
    JsonNode template = Nodes.at(owner, "spec", "template");
    for (ObjectNode revision : all) {
      if (PodTemplates.same(template(revision), template)) {
        if (number(revision) == newest) {
          return revision;
        }
        // Rolled back to: it is the newest again.
        return api.update(CONTROLLER_REVISIONS, revision.deepCopy().put("revision", newest + 1));
      }
    }
    ObjectNode created = api.create(CONTROLLER_REVISIONS, build(owner, newest + 1));
    drop(owner, all);
    return created;
  }

  /** The value of the hash label of the revision's pods. */
  static String hash(ObjectNode revision) {
    return Nodes.labels(revision).getOrDefault(HASH, "");
  }

  private static long number(JsonNode revision) {
    return Nodes.number(0, revision, "revision");
  }

  static JsonNode template(JsonNode revision) {
    JsonNode template = Nodes.at(revision, "data", "spec", "template");
    if (template instanceof ObjectNode object) {
      ObjectNode copy = object.deepCopy();
      copy.remove("$patch");
      return copy;
    }
    return template;
  }

  private ObjectNode build(ObjectNode owner, long number) {
    JsonNode template = Nodes.at(owner, "spec", "template");
    String hash = PodTemplates.hash(template, 0);
    ObjectNode revision = Json.object();
    revision.put("apiVersion", "apps/v1").put("kind", "ControllerRevision");
    ObjectNode metadata = revision.putObject("metadata");
    metadata.put("name", Nodes.name(owner) + "-" + hash).put("namespace", Nodes.namespace(owner));
    ObjectNode labels = metadata.putObject("labels");
    Nodes.texts(template, "metadata", "labels").forEach(labels::put);
    labels.put(HASH, hash);
    metadata.putArray("ownerReferences").add(Owners.reference(ownerKind.in(api.kinds()), owner));
    ObjectNode data = template.deepCopy();
    data.put("$patch", "replace");
    Nodes.object(revision, "data", "spec").set("template", data);
    return revision.put("revision", number);
  }

  private void drop(ObjectNode owner, List<ObjectNode> old) {
    long limit = Nodes.number(10, owner, "spec", "revisionHistoryLimit");
    old.stream()
        .limit(Math.max(0, old.size() - limit))
        .forEach(revision -> api.delete(CONTROLLER_REVISIONS, revision));
  }
}
