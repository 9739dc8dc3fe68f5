package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Collection;

/** Numbers that a Deployment and its ReplicaSets mean. */
final class DeploymentSpec {
  static final String REVISION = "deployment.kubernetes.io/revision";
  static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
  static final String MAX = "deployment.kubernetes.io/max-replicas";
  private static final long NO_DEADLINE = Integer.MAX_VALUE;

  private DeploymentSpec() {}

  /** {@code spec.replicas} of a Deployment or ReplicaSet. */
  static long replicas(JsonNode object) {
    return Nodes.number(1, object, "spec", "replicas");
  }

  static long sum(Collection<? extends JsonNode> sets) {
    return sets.stream().mapToLong(DeploymentSpec::replicas).sum();
  }

  static long sumStatus(Collection<? extends JsonNode> sets, String field) {
    return sets.stream().mapToLong(set -> Nodes.number(0, set, "status", field)).sum();
  }

  static boolean isRolling(JsonNode deployment) {
    return !Nodes.textOrEmpty(deployment, "spec", "strategy", "type").equals("Recreate");
  }

  static boolean isPaused(JsonNode deployment) {
    return deployment.path("spec").path("paused").asBoolean();
  }

  static long progressDeadline(JsonNode deployment) {
    return Nodes.number(NO_DEADLINE, deployment, "spec", "progressDeadlineSeconds");
  }

  static boolean hasDeadline(JsonNode deployment) {
    return progressDeadline(deployment) != NO_DEADLINE;
  }

  static long maxSurge(JsonNode deployment) {
    return isRolling(deployment) ? surge(deployment) : 0;
  }

  private static long surge(JsonNode deployment) {
    return Numbers.share(
        Nodes.at(deployment, "spec", "strategy", "rollingUpdate", "maxSurge"),
        0,
        replicas(deployment),
        true);
  }

  static long maxUnavailable(JsonNode deployment) {
    long replicas = replicas(deployment);
    if (!isRolling(deployment) || replicas == 0) {
      return 0;
    }
    long unavailable =
        Numbers.share(
            Nodes.at(deployment, "spec", "strategy", "rollingUpdate", "maxUnavailable"),
            0,
            replicas,
            false);
    if (unavailable == 0 && surge(deployment) == 0) {
      // Both rounded to nothing: the roll-out would stand still.
      unavailable = 1;
    }
    return Math.min(unavailable, replicas);
  }

  static long revision(JsonNode object) {
    return annotation(object, REVISION);
  }

  /** A number in an annotation; 0 when there is none. */
  static long annotation(JsonNode object, String name) {
    String text = Nodes.textOrEmpty(object, "metadata", "annotations", name);
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  static boolean hasAnnotation(JsonNode object, String name) {
    return !Nodes.textOrEmpty(object, "metadata", "annotations", name).isEmpty();
  }
}
