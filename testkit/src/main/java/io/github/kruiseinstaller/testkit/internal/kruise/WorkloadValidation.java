package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Allowed;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.LabelSelectors;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;

/**
 * Validates workloads that have a selector and a pod template; a CloneSet also in what only it has.
 */
final class WorkloadValidation implements AdmissionHandler {
  private static final List<String> CLONE_SET_STRATEGIES =
      List.of("ReCreate", "InPlaceIfPossible", "InPlaceOnly");
  private static final List<String> CHANGEABLE =
      List.of(
          "replicas",
          "template",
          "lifecycle",
          "scaleStrategy",
          "updateStrategy",
          "minReadySeconds",
          "volumeClaimTemplates",
          "revisionHistoryLimit");

  private final String kind;
  private final AdmissionHandler deletion;

  /**
   * A validation.
   *
   * @param kind in lower case, such as {@code cloneset}
   * @param deletion asked about deletions
   */
  WorkloadValidation(String kind, AdmissionHandler deletion) {
    this.kind = kind;
    this.deletion = deletion;
  }

  @Override
  public Verdict handle(AdmissionQuestion question) {
    if (question.deletes()) {
      return deletion.handle(question);
    }
    ObjectNode object = question.object();
    if (object == null) {
      return new Allowed();
    }
    FieldErrors errors = new FieldErrors();
    ObjectNode old = question.oldObject();
    if (old != null && kind.equals("cloneset")) {
      checkUpdate(object, old, errors);
    }
    JsonNode spec = object.path("spec");
    if (Nodes.number(0, spec, "replicas") < 0) {
      errors.invalid(
          "spec.replicas",
          String.valueOf(Nodes.number(0, spec, "replicas")),
          "must be greater than or equal to 0");
    }
    checkSelector(spec, errors);
    checkTemplate(spec, errors);
    if (kind.equals("cloneset")) {
      checkStrategy(spec, errors);
    }
    return errors.verdict();
  }

  private void checkSelector(JsonNode spec, FieldErrors errors) {
    JsonNode selector = Nodes.at(spec, "selector");
    if (selector.isMissingNode()) {
      errors.required("spec.selector", "");
    } else if (LabelSelectors.isEmpty(selector)) {
      errors.invalid(
          "spec.selector", FieldErrors.selector(selector), "empty selector is invalid for " + kind);
    } else if (!LabelSelectors.matches(
        selector, Nodes.texts(spec, "template", "metadata", "labels"))) {
      errors.invalid(
          "spec.template.metadata.labels",
          FieldErrors.map(Nodes.texts(spec, "template", "metadata", "labels")),
          "`selector` does not match template `labels`");
    }
  }

  private void checkTemplate(JsonNode spec, FieldErrors errors) {
    JsonNode pod = Nodes.at(spec, "template", "spec");
    List<JsonNode> containers = Nodes.list(pod, "containers");
    if (containers.isEmpty()) {
      errors.required("spec.template.spec.containers", "");
    }
    for (int i = 0; i < containers.size(); i++) {
      for (String field : List.of("name", "image")) {
        if (Nodes.textOrEmpty(containers.get(i), field).isEmpty()) {
          errors.required("spec.template.spec.containers[" + i + "]." + field, "");
        }
      }
    }
    String restart = Nodes.textOrEmpty(pod, "restartPolicy");
    if (!restart.isEmpty() && !restart.equals("Always")) {
      errors.unsupported("spec.template.spec.restartPolicy", restart, List.of("Always"));
    }
    if (!Nodes.at(pod, "activeDeadlineSeconds").isMissingNode()) {
      errors.forbidden(
          "spec.template.spec.activeDeadlineSeconds",
          "activeDeadlineSeconds in " + kind + " is not Supported");
    }
  }

  private static void checkStrategy(JsonNode spec, FieldErrors errors) {
    JsonNode strategy = Nodes.at(spec, "updateStrategy");
    String type = Nodes.textOrEmpty(strategy, "type");
    if (!type.isEmpty() && !CLONE_SET_STRATEGIES.contains(type)) {
      errors.invalid(
          "spec.updateStrategy.type",
          FieldErrors.quoted(type),
          "must be 'ReCreate', InPlaceIfPossible or 'InPlaceOnly'");
    }
    int replicas = (int) Nodes.number(1, spec, "replicas");
    int unavailable =
        Scaled.up(Nodes.at(strategy, "maxUnavailable"), replicas, Scaled.DEFAULT_UNAVAILABLE);
    int surge = Scaled.up(Nodes.at(strategy, "maxSurge"), replicas, Scaled.NONE);
    if (type.equals("InPlaceOnly") && surge > 0) {
      errors.invalid(
          "spec.updateStrategy.maxSurge",
          FieldErrors.quoted(Nodes.at(strategy, "maxSurge").asText()),
          "can not use maxSurge with strategy type InPlaceOnly");
    }
    if (replicas > 0 && unavailable < 1 && surge < 1) {
      errors.invalid(
          "spec.updateStrategy.maxUnavailable",
          FieldErrors.quoted(Nodes.at(strategy, "maxUnavailable").asText()),
          "maxUnavailable and maxSurge should not both be less than 1");
    }
  }

  private static void checkUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
    if (!fixedPart(object).equals(fixedPart(old))) {
      errors.forbidden(
          "spec",
          "updates to cloneset spec for fields other than 'replicas', 'template', 'lifecycle',"
              + " 'scaleStrategy', 'updateStrategy', 'minReadySeconds', 'volumeClaimTemplates' and"
              + " 'revisionHistoryLimit' are forbidden");
    }
  }

  private static ObjectNode fixedPart(ObjectNode object) {
    ObjectNode spec =
        object.get("spec") instanceof ObjectNode present ? present.deepCopy() : Json.object();
    spec.remove(CHANGEABLE);
    return spec;
  }
}
