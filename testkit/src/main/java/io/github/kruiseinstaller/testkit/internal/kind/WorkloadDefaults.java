package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** What Kubernetes puts into objects that make pods. */
final class WorkloadDefaults {
  private static final String ROLLING = "RollingUpdate";

  private WorkloadDefaults() {}

  /** A Deployment. */
  static void deployment(ObjectNode deployment) {
    ObjectNode spec = withTemplate(deployment);
    Fill.number(spec, "replicas", 1);
    ObjectNode strategy = Fill.object(spec, "strategy");
    Fill.text(strategy, "type", ROLLING);
    if (Nodes.textOrEmpty(strategy, "type").equals(ROLLING)) {
      ObjectNode rolling = Fill.object(strategy, "rollingUpdate");
      percent(rolling, "maxUnavailable");
      percent(rolling, "maxSurge");
    }
    Fill.number(spec, "revisionHistoryLimit", 10);
    Fill.number(spec, "progressDeadlineSeconds", 600);
  }

  private static void percent(ObjectNode rolling, String name) {
    if (!rolling.hasNonNull(name)) {
      rolling.put(name, "25%");
    }
  }

  /** A DaemonSet. */
  static void daemonSet(ObjectNode daemonSet) {
    ObjectNode spec = withTemplate(daemonSet);
    // The API server counts templates in a field of its own, which clients see as an annotation.
    Fill.text(
        Nodes.object(daemonSet, "metadata", "annotations"),
        "deprecated.daemonset.template.generation",
        "0");
    ObjectNode strategy = Fill.object(spec, "updateStrategy");
    Fill.text(strategy, "type", ROLLING);
    if (Nodes.textOrEmpty(strategy, "type").equals(ROLLING)) {
      ObjectNode rolling = Fill.object(strategy, "rollingUpdate");
      Fill.number(rolling, "maxUnavailable", 1);
      Fill.number(rolling, "maxSurge", 0);
    }
    Fill.number(spec, "revisionHistoryLimit", 10);
  }

  /** A ReplicaSet. */
  static void replicaSet(ObjectNode replicaSet) {
    Fill.number(withTemplate(replicaSet), "replicas", 1);
  }

  /** A ReplicationController: its labels and selector come from the template. */
  static void replicationController(ObjectNode controller) {
    ObjectNode spec = withTemplate(controller);
    Fill.number(spec, "replicas", 1);
    JsonNode labels = Nodes.at(spec, "template", "metadata", "labels");
    if (labels.isObject()) {
      if (Nodes.at(spec, "selector").isEmpty()) {
        spec.set("selector", labels.deepCopy());
      }
      labelsFrom(controller, labels);
    }
  }

  private static void labelsFrom(ObjectNode object, JsonNode labels) {
    if (labels.isObject() && Nodes.at(object, "metadata", "labels").isEmpty()) {
      Nodes.object(object, "metadata").set("labels", labels.deepCopy());
    }
  }

  /** A StatefulSet. */
  static void statefulSet(ObjectNode statefulSet) {
    ObjectNode spec = withTemplate(statefulSet);
    Fill.text(spec, "podManagementPolicy", "OrderedReady");
    ObjectNode strategy = Fill.object(spec, "updateStrategy");
    if (Nodes.textOrEmpty(strategy, "type").isEmpty()) {
      strategy.put("type", ROLLING);
      Fill.object(strategy, "rollingUpdate");
    }
    if (Nodes.textOrEmpty(strategy, "type").equals(ROLLING)) {
      Fill.within(strategy, rolling -> Fill.number(rolling, "partition", 0), "rollingUpdate");
    }
    ObjectNode retention = Fill.object(spec, "persistentVolumeClaimRetentionPolicy");
    Fill.text(retention, "whenDeleted", "Retain");
    Fill.text(retention, "whenScaled", "Retain");
    Fill.number(spec, "replicas", 1);
    Fill.number(spec, "revisionHistoryLimit", 10);
    Fill.each(spec, OtherDefaults::claim, "volumeClaimTemplates");
    Fill.each(
        spec,
        claim -> claim.put("apiVersion", "v1").put("kind", "PersistentVolumeClaim"),
        "volumeClaimTemplates");
  }

  /** A Job. */
  static void job(ObjectNode job) {
    jobSpec(Nodes.object(job, "spec"));
    labelsFrom(job, Nodes.at(job, "spec", "template", "metadata", "labels"));
  }

  private static void jobSpec(ObjectNode spec) {
    PodDefaults.template(Fill.object(spec, "template"));
    if (!spec.hasNonNull("completions") && !spec.hasNonNull("parallelism")) {
      spec.put("completions", 1L);
    }
    Fill.number(spec, "parallelism", 1);
    boolean perIndex = spec.hasNonNull("backoffLimitPerIndex");
    Fill.number(spec, "backoffLimit", perIndex ? Integer.MAX_VALUE : 6);
    Fill.text(spec, "completionMode", "NonIndexed");
    Fill.bool(spec, "suspend", false);
    boolean failed = spec.hasNonNull("podFailurePolicy");
    Fill.text(spec, "podReplacementPolicy", failed ? "Failed" : "TerminatingOrFailed");
    Fill.bool(spec, "manualSelector", false);
  }

  /** A CronJob. Of the Job in it, only the pod template is defaulted. */
  static void cronJob(ObjectNode cronJob) {
    ObjectNode spec = Nodes.object(cronJob, "spec");
    Fill.text(spec, "concurrencyPolicy", "Allow");
    Fill.bool(spec, "suspend", false);
    Fill.number(spec, "successfulJobsHistoryLimit", 3);
    Fill.number(spec, "failedJobsHistoryLimit", 1);
    PodDefaults.template(Nodes.object(spec, "jobTemplate", "spec", "template"));
  }

  private static ObjectNode withTemplate(ObjectNode workload) {
    ObjectNode spec = Nodes.object(workload, "spec");
    PodDefaults.template(Fill.object(spec, "template"));
    return spec;
  }
}
