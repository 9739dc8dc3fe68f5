package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Allowed;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Changed;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** Fills in the defaults of SidecarSets, and the hashes of their containers. */
final class SidecarSetDefaults implements AdmissionHandler {
  static final String HASH = "kruise.io/sidecarset-hash";
  static final String HASH_WITHOUT_IMAGE = "kruise.io/sidecarset-hash-without-image";
  private static final int HISTORY = 10;

  @Override
  public Verdict handle(AdmissionQuestion question) {
    ObjectNode object = question.copy();
    if (question.deletes() || object.isEmpty()) {
      return new Allowed();
    }
    ObjectNode spec = Nodes.object(object, "spec");
    ObjectNode strategy = Nodes.object(spec, "updateStrategy");
    TemplateDefaults.absent(strategy, "type", "RollingUpdate");
    if (!strategy.has("maxUnavailable")) {
      strategy.put("maxUnavailable", 1);
    }
    if (!strategy.has("partition")) {
      strategy.put("partition", 0);
    }
    if (!spec.has("revisionHistoryLimit")) {
      spec.put("revisionHistoryLimit", HISTORY);
    }
    for (JsonNode container : Nodes.list(spec, "initContainers")) {
      if (container instanceof ObjectNode tree) {
        TemplateDefaults.container(tree);
      }
    }
    for (JsonNode container : Nodes.list(spec, "containers")) {
      if (container instanceof ObjectNode tree) {
        TemplateDefaults.absent(tree, "podInjectPolicy", "BeforeAppContainer");
        TemplateDefaults.absent(
            Nodes.object(tree, "upgradeStrategy"), "upgradeType", "ColdUpgrade");
        TemplateDefaults.absent(Nodes.object(tree, "shareVolumePolicy"), "type", "disabled");
        TemplateDefaults.container(tree);
      }
    }
    ObjectNode annotations = Nodes.object(object, "metadata", "annotations");
    annotations.put(HASH, hash(spec, false)).put(HASH_WITHOUT_IMAGE, hash(spec, true));
    return new Changed(object);
  }

  private static String hash(ObjectNode spec, boolean withoutImage) {
    ArrayNode containers = Json.array();
    for (JsonNode container : Nodes.list(spec, "containers")) {
      JsonNode copy = container.deepCopy();
      if (withoutImage && copy instanceof ObjectNode tree) {
        tree.remove("image");
      }
      containers.add(copy);
    }
    return Hashes.of(containers);
  }
}
