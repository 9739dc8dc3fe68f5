package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keeps one NodeImage and one NodePodProbe per node, named like it, without owner: nobody deletes
 * them when OpenKruise goes.
 */
final class NodeObjects {
  private final KruiseClient client;
  private final boolean images;
  private final boolean probes;

  NodeObjects(KruiseClient client, boolean images, boolean probes) {
    this.client = client;
    this.images = images;
    this.probes = probes;
  }

  /** Creates what is missing and deletes what is too much. */
  Optional<Duration> reconcile() {
    Map<String, ObjectNode> nodes = new TreeMap<>();
    client.list(Plural.NODES, "").forEach(node -> nodes.put(Nodes.name(node), node));
    if (images) {
      reconcile(Plural.NODE_IMAGES, nodes);
      labelLikeNodes(nodes);
    }
    if (probes) {
      reconcile(Plural.NODE_POD_PROBES, nodes);
    }
    return Optional.empty();
  }

  private void reconcile(Plural plural, Map<String, ObjectNode> nodes) {
    Map<String, ObjectNode> present = new TreeMap<>();
    client.list(plural, "").forEach(object -> present.put(Nodes.name(object), object));
    nodes.forEach(
        (name, node) -> {
          if (!present.containsKey(name) && isReady(node)) {
            ObjectNode created = Json.object();
            created.putObject("metadata").put("name", name);
            created.putObject("spec");
            client.create(plural, created);
          }
        });
    present.forEach(
        (name, object) -> {
          if (!nodes.containsKey(name)) {
            client.delete(plural, object);
          }
        });
  }

  private void labelLikeNodes(Map<String, ObjectNode> nodes) {
    for (ObjectNode image : client.list(Plural.NODE_IMAGES, "")) {
      ObjectNode node = nodes.get(Nodes.name(image));
      if (node != null && !Nodes.labels(node).equals(Nodes.labels(image))) {
        Nodes.object(image, "metadata").set("labels", Json.objectOf(Nodes.labels(node)));
        client.update(Plural.NODE_IMAGES, image);
      }
    }
  }

  private static boolean isReady(ObjectNode node) {
    List<JsonNode> conditions = Nodes.list(node, "status", "conditions");
    return conditions.stream()
        .anyMatch(
            condition ->
                Nodes.textOrEmpty(condition, "type").equals("Ready")
                    && Nodes.textOrEmpty(condition, "status").equals("True"));
  }
}
