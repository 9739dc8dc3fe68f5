package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Arrays;
import java.util.List;

/** The Scale of an object that has one. */
final class Scales {
  private Scales() {}

  /** The scale as it is in the object. */
  static ObjectNode of(Resources resources, Resource resource, ObjectNode object) {
    String replicas = ".spec.replicas";
    String status = ".status.replicas";
    String selector = ".spec.selector";
    if (resource.custom()) {
      JsonNode scale = Definitions.version(resources, resource).path("subresources").path("scale");
      replicas = Nodes.text(scale, "specReplicasPath").orElse(replicas);
      status = Nodes.text(scale, "statusReplicasPath").orElse(status);
      selector = Nodes.textOrEmpty(scale, "labelSelectorPath");
    }
    ObjectNode result =
        Json.object().put("kind", AdHoc.SCALE.kind()).put("apiVersion", AdHoc.SCALE.apiVersion());
    ObjectNode metadata = result.putObject("metadata");
    for (String key :
        List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
      JsonNode value = Nodes.at(object, "metadata", key);
      if (!value.isMissingNode()) {
        metadata.set(key, value);
      }
    }
    ObjectNode spec = result.putObject("spec");
    long wanted = Nodes.number(0, object, steps(replicas));
    if (wanted != 0) {
      spec.put("replicas", wanted);
    }
    ObjectNode state = result.putObject("status");
    state.put("replicas", Nodes.number(0, object, steps(status)));
    if (!selector.isEmpty()) {
      String text = SelectorText.of(Nodes.at(object, steps(selector)));
      if (!text.isEmpty()) {
        state.put("selector", text);
      }
    }
    return result;
  }

  private static String[] steps(String path) {
    return Arrays.stream(path.split("\\.")).filter(step -> !step.isEmpty()).toArray(String[]::new);
  }
}
