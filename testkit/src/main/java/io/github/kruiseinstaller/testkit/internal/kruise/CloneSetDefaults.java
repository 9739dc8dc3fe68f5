package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Allowed;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Changed;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** Fills in the defaults of CloneSets. */
final class CloneSetDefaults implements AdmissionHandler {
  private static final int HISTORY = 10;

  private final FeatureGates gates;

  CloneSetDefaults(FeatureGates gates) {
    this.gates = gates;
  }

  @Override
  public Verdict handle(AdmissionQuestion question) {
    ObjectNode object = question.copy();
    if (question.deletes() || object.isEmpty()) {
      return new Allowed();
    }
    ObjectNode spec = Nodes.object(object, "spec");
    number(spec, "replicas", 1);
    number(spec, "revisionHistoryLimit", HISTORY);
    ObjectNode old = question.oldObject();
    boolean templateIsNew =
        old == null
            || !Nodes.at(old, "spec", "template").equals(Nodes.at(object, "spec", "template"));
    if (templateIsNew && !gates.enabled(FeatureGates.TEMPLATE_NO_DEFAULTS)) {
      TemplateDefaults.pod(Nodes.object(spec, "template", "spec"));
    }
    ObjectNode strategy = Nodes.object(spec, "updateStrategy");
    TemplateDefaults.absent(strategy, "type", "ReCreate");
    if (Nodes.textOrEmpty(strategy, "type").startsWith("InPlace")) {
      Nodes.object(strategy, "inPlaceUpdateStrategy");
    }
    number(strategy, "partition", 0);
    if (!strategy.has("maxUnavailable")) {
      strategy.set("maxUnavailable", Scaled.DEFAULT_UNAVAILABLE);
    }
    number(strategy, "maxSurge", 0);
    return new Changed(object);
  }

  private static void number(ObjectNode object, String key, int value) {
    if (!object.has(key)) {
      object.put(key, value);
    }
  }
}
