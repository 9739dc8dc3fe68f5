package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;

/** Deployments, ReplicaSets, DaemonSets, StatefulSets, Jobs and CronJobs. */
final class WorkloadValidation {
  private static final String MISMATCH = "`selector` does not match template `labels`";
  private static final List<String> MUTABLE_OF_STATEFUL_SET =
      List.of(
          "replicas",
          "ordinals",
          "template",
          "updateStrategy",
          "revisionHistoryLimit",
          "persistentVolumeClaimRetentionPolicy",
          "minReadySeconds");

  private final FieldErrors errors;

  WorkloadValidation(FieldErrors errors) {
    this.errors = errors;
  }

  /** A Deployment. */
  void deployment(ObjectNode deployment) {
    JsonNode spec = deployment.path("spec");
    errors.notNegative("spec.replicas", spec.path("replicas"));
    selectorAndTemplate(spec, "deployment");
    deploymentStrategy(spec.path("strategy"));
    long minReady = notNegative(spec, "minReadySeconds");
    notNegative(spec, "revisionHistoryLimit");
    if (spec.hasNonNull("progressDeadlineSeconds")
        && notNegative(spec, "progressDeadlineSeconds") <= minReady) {
      errors.invalid(
          "spec.progressDeadlineSeconds",
          spec.path("progressDeadlineSeconds"),
          "must be greater than minReadySeconds");
    }
  }

  private long notNegative(JsonNode spec, String name) {
    errors.notNegative("spec." + name, spec.path(name));
    return spec.path(name).asLong();
  }

  private void deploymentStrategy(JsonNode strategy) {
    JsonNode rolling = Nodes.at(strategy, "rollingUpdate");
    switch (Nodes.textOrEmpty(strategy, "type")) {
      case "Recreate" -> {
        if (rolling.isObject()) {
          errors.forbidden(
              "spec.strategy.rollingUpdate",
              "may not be specified when strategy `type` is 'Recreate'");
        }
      }
      case "RollingUpdate" -> rollingDeployment("spec.strategy.rollingUpdate", rolling);
      default ->
          errors.unsupported(
              "spec.strategy", internalStrategy(strategy), List.of("Recreate", "RollingUpdate"));
    }
  }

  /** The internal type has no JSON names. */
  private static JsonNode internalStrategy(JsonNode strategy) {
    ObjectNode internal = Json.object();
    internal.set("Type", strategy.path("type"));
    internal.putNull("RollingUpdate");
    return internal;
  }

  private void rollingDeployment(String field, JsonNode rolling) {
    JsonNode unavailable = rolling.path("maxUnavailable");
    intOrPercent(field + ".maxUnavailable", unavailable);
    intOrPercent(field + ".maxSurge", rolling.path("maxSurge"));
    if (amount(unavailable) == 0 && amount(rolling.path("maxSurge")) == 0) {
      errors.invalid(field + ".maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0");
    }
    atMostAll(field + ".maxUnavailable", unavailable);
  }

  private void intOrPercent(String field, JsonNode value) {
    if (value.isTextual()) {
      for (String wrong : Names.percent(value.textValue())) {
        errors.invalid(field, value, wrong);
      }
    } else {
      errors.notNegative(field, value);
    }
  }

  private void atMostAll(String field, JsonNode value) {
    if (value.isTextual() && Names.percent(value.textValue()).isEmpty() && amount(value) > 100) {
      errors.invalid(field, value, "must not be greater than 100%");
    }
  }

  private static long amount(JsonNode value) {
    String digits = value.asText().replace("%", "");
    return digits.matches("-?\\d{1,18}") ? Long.parseLong(digits) : 0;
  }

  private void selectorAndTemplate(JsonNode spec, String kind) {
    JsonNode selector = Nodes.at(spec, "selector");
    if (!selector.isObject()) {
      errors.required("spec.selector");
    } else {
      MetaValidation.selector(errors, "spec.selector", selector);
      notEmpty(selector, kind);
    }
    if (!MetaValidation.usable(selector)) {
      errors.invalid("spec.selector", selector, "invalid label selector");
      return;
    }
    JsonNode labels = Nodes.at(spec, "template", "metadata", "labels");
    // An empty selector matches everything, none at all nothing.
    boolean mismatch =
        !selector.isObject() || (!isEmpty(selector) && !MetaValidation.matches(selector, labels));
    if (mismatch) {
      errors.invalid("spec.template.metadata.labels", labels, MISMATCH);
    }
    new PodValidation(errors).template("spec.template", spec.path("template"));
    always(spec);
  }

  private void notEmpty(JsonNode selector, String kind) {
    if (isEmpty(selector)) {
      errors.invalid("spec.selector", selector, "empty selector is invalid for " + kind);
    }
  }

  private static boolean isEmpty(JsonNode selector) {
    return selector.path("matchLabels").isEmpty() && selector.path("matchExpressions").isEmpty();
  }

  private void always(JsonNode spec) {
    JsonNode policy = Nodes.at(spec, "template", "spec", "restartPolicy");
    errors.oneOf("spec.template.spec.restartPolicy", policy, List.of("Always"));
  }

  /** A ReplicaSet. */
  void replicaSet(ObjectNode replicaSet) {
    JsonNode spec = replicaSet.path("spec");
    notNegative(spec, "replicas");
    notNegative(spec, "minReadySeconds");
    selectorAndTemplate(spec, "deployment");
  }

  /** A DaemonSet. */
  void daemonSet(ObjectNode daemonSet) {
    JsonNode spec = daemonSet.path("spec");
    JsonNode selector = Nodes.at(spec, "selector");
    MetaValidation.selector(errors, "spec.selector", selector);
    JsonNode labels = Nodes.at(spec, "template", "metadata", "labels");
    // No selector at all matches nothing.
    boolean matches = selector.isObject() && MetaValidation.matches(selector, labels);
    if (MetaValidation.usable(selector) && !matches) {
      errors.invalid("spec.template.metadata.labels", labels, MISMATCH);
    }
    if (selector.isObject()) {
      notEmpty(selector, "daemonset");
    }
    new PodValidation(errors).template("spec.template", spec.path("template"));
    always(spec);
    notNegative(spec, "minReadySeconds");
    daemonSetStrategy(spec.path("updateStrategy"));
    notNegative(spec, "revisionHistoryLimit");
  }

  private void daemonSetStrategy(JsonNode strategy) {
    String type = Nodes.textOrEmpty(strategy, "type");
    if (type.equals("RollingUpdate")) {
      rollingDaemonSet("spec.updateStrategy.rollingUpdate", strategy.path("rollingUpdate"));
    } else if (!type.equals("OnDelete")) {
      errors.unsupported(
          "spec.updateStrategy", internalStrategy(strategy), List.of("RollingUpdate", "OnDelete"));
    }
  }

  private void rollingDaemonSet(String field, JsonNode rolling) {
    JsonNode unavailable = rolling.path("maxUnavailable");
    JsonNode surge = rolling.path("maxSurge");
    intOrPercent(field + ".maxUnavailable", unavailable);
    intOrPercent(field + ".maxSurge", surge);
    atMostAll(field + ".maxUnavailable", unavailable);
    atMostAll(field + ".maxSurge", surge);
    boolean hasUnavailable = amount(unavailable) != 0;
    boolean hasSurge = amount(surge) != 0;
    if (hasUnavailable && hasSurge) {
      errors.invalid(field + ".maxSurge", surge, "may not be set when maxUnavailable is non-zero");
    } else if (!hasUnavailable && !hasSurge) {
      errors.required(field + ".maxUnavailable", "cannot be 0 when maxSurge is 0");
    }
  }

  /** A StatefulSet. */
  void statefulSet(ObjectNode statefulSet) {
    JsonNode spec = statefulSet.path("spec");
    String management = Nodes.textOrEmpty(spec, "podManagementPolicy");
    if (!List.of("OrderedReady", "Parallel").contains(management)) {
      errors.invalid(
          "spec.podManagementPolicy", management, "must be 'OrderedReady' or 'Parallel'");
    }
    notNegative(spec, "replicas");
    notNegative(spec, "minReadySeconds");
    selectorAndTemplate(spec, "statefulset");
  }

  /** A Job; without a selector when the server will make one. */
  void job(ObjectNode job) {
    JsonNode spec = job.path("spec");
    jobSpec("spec", spec);
    JsonNode selector = Nodes.at(spec, "selector");
    if (selector.isObject()) {
      MetaValidation.selector(errors, "spec.selector", selector);
      JsonNode labels = Nodes.at(spec, "template", "metadata", "labels");
      if (MetaValidation.usable(selector) && !MetaValidation.matches(selector, labels)) {
        errors.invalid("spec.template.metadata.labels", labels, MISMATCH);
      }
    }
  }

  private void jobSpec(String field, JsonNode spec) {
    for (String name :
        List.of(
            "parallelism",
            "completions",
            "activeDeadlineSeconds",
            "backoffLimit",
            "ttlSecondsAfterFinished")) {
      errors.notNegative(field + "." + name, spec.path(name));
    }
    new PodValidation(errors).template(field + ".template", spec.path("template"));
    JsonNode policy = Nodes.at(spec, "template", "spec", "restartPolicy");
    String at = field + ".template.spec.restartPolicy";
    if (policy.asText().equals("Always")) {
      errors.required(at, "valid values: \"OnFailure\", \"Never\"");
    }
  }

  /** A CronJob. */
  void cronJob(ObjectNode cronJob) {
    JsonNode spec = cronJob.path("spec");
    if (Nodes.textOrEmpty(spec, "schedule").isEmpty()) {
      errors.required("spec.schedule");
    }
    errors.oneOf(
        "spec.concurrencyPolicy",
        spec.path("concurrencyPolicy"),
        List.of("Allow", "Forbid", "Replace"));
    jobSpec("spec.jobTemplate.spec", Nodes.at(spec, "jobTemplate", "spec"));
  }

  /** What of a Deployment, ReplicaSet or DaemonSet must not change. */
  void sameSelector(ObjectNode object, ObjectNode live) {
    errors.immutable(
        "spec.selector", Nodes.at(object, "spec", "selector"), Nodes.at(live, "spec", "selector"));
  }

  /** What of a StatefulSet must not change. */
  void statefulSetUpdate(ObjectNode object, ObjectNode live) {
    if (!FieldErrors.same(
        without(object.path("spec"), MUTABLE_OF_STATEFUL_SET),
        without(live.path("spec"), MUTABLE_OF_STATEFUL_SET))) {
      errors.forbidden(
          "spec",
          "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
              + " 'updateStrategy', 'revisionHistoryLimit',"
              + " 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
    }
  }

  private static JsonNode without(JsonNode object, List<String> names) {
    JsonNode copy = object.deepCopy();
    if (copy instanceof ObjectNode fields) {
      fields.remove(names);
    }
    return copy;
  }

  /** What of a Job must not change. */
  void jobUpdate(ObjectNode job, ObjectNode live) {
    for (String field :
        List.of(
            "completions",
            "selector",
            "template",
            "completionMode",
            "podFailurePolicy",
            "backoffLimitPerIndex",
            "managedBy",
            "successPolicy")) {
      errors.immutable(
          "spec." + field, Nodes.at(job, "spec", field), Nodes.at(live, "spec", field));
    }
  }

  /** A PodDisruptionBudget. */
  void disruptionBudget(ObjectNode budget) {
    JsonNode spec = budget.path("spec");
    if (spec.hasNonNull("minAvailable") && spec.hasNonNull("maxUnavailable")) {
      errors.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set");
    }
    for (String name : List.of("minAvailable", "maxUnavailable")) {
      intOrPercent("spec." + name, spec.path(name));
      atMostAll("spec." + name, spec.path(name));
    }
    MetaValidation.selector(errors, "spec.selector", spec.path("selector"));
    errors.oneOf(
        "spec.unhealthyPodEvictionPolicy",
        spec.path("unhealthyPodEvictionPolicy"),
        List.of("AlwaysAllow", "IfHealthyBudget"));
  }
}
