package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Allowed;
import io.github.kruiseinstaller.testkit.internal.tree.LabelSelectors;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** Validates SidecarSets. */
final class SidecarSetValidation implements AdmissionHandler {
  @Override
  public Verdict handle(AdmissionQuestion question) {
    ObjectNode object = question.object();
    if (question.deletes() || object == null) {
      return new Allowed();
    }
    FieldErrors errors = new FieldErrors();
    JsonNode spec = object.path("spec");
    JsonNode selector = Nodes.at(spec, "selector");
    if (selector.isMissingNode()) {
      errors.required("spec.selector", "no selector defined for SidecarSet");
    } else if (LabelSelectors.isEmpty(selector)) {
      errors.invalid(
          "spec.selector",
          FieldErrors.selector(selector),
          "empty selector is not valid for sidecarset.");
    }
    if (!Nodes.textOrEmpty(spec, "namespace").isEmpty()
        && Nodes.at(spec, "namespaceSelector").isObject()) {
      errors.required(
          "spec.namespace, namespaceSelector",
          "namespace and namespaceSelector are mutually exclusive");
    }
    if (Nodes.list(spec, "containers").isEmpty() && Nodes.list(spec, "initContainers").isEmpty()) {
      errors.required("spec", "no initContainer or container defined for SidecarSet");
    }
    return errors.verdict();
  }
}
