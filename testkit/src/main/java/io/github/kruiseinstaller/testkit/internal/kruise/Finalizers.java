package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts finalizers on the objects that the manager cleans up after, and takes them off when the
 * objects are deleted: without a manager these stay for ever.
 */
final class Finalizers {
  private final KruiseClient client;
  private final Map<Plural, String> finalizers = new LinkedHashMap<>();

  Finalizers(KruiseClient client, ManagerVersion version) {
    this.client = client;
    if (version.atLeast(1, 1)) {
      finalizers.put(
          new Plural(Plural.APPS, "ephemeraljobs"), "apps.kruise.io/ephemeralcontainers-cleanup");
    }
    if (version.atLeast(1, 3)) {
      finalizers.put(
          new Plural(Plural.APPS, "podprobemarkers"), "kruise.io/node-pod-probe-cleanup");
    }
    if (version.atLeast(1, 6)) {
      finalizers.put(
          new Plural(Plural.APPS, "imagepulljobs"), "apps.kruise.io/deletion-protection");
    }
  }

  /** The kinds with finalizers. */
  List<Plural> kinds() {
    return List.copyOf(finalizers.keySet());
  }

  /** Looks at all objects. */
  Optional<Duration> reconcile() {
    finalizers.forEach(
        (plural, finalizer) ->
            client
                .list(plural, "")
                .forEach(
                    object -> {
                      if (changed(object, finalizer)) {
                        client.update(plural, object);
                      }
                    }));
    return Optional.empty();
  }

  private static boolean changed(ObjectNode object, String finalizer) {
    boolean deleted = !Nodes.textOrEmpty(object, "metadata", "deletionTimestamp").isEmpty();
    ArrayNode others = Json.array();
    boolean present = false;
    for (JsonNode element : Nodes.list(object, "metadata", "finalizers")) {
      if (element.asText().equals(finalizer)) {
        present = true;
      } else {
        others.add(element);
      }
    }
    if (present != deleted) {
      return false;
    }
    Nodes.object(object, "metadata").set("finalizers", deleted ? others : others.add(finalizer));
    return true;
  }
}
