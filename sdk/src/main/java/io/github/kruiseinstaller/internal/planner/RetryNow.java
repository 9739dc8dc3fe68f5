package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Controllers whose Pods were refused try again after a back-off that grows to minutes. Any change
 * of the ReplicaSet or DaemonSet makes them look again at once; an annotation changes nothing that
 * runs (seen: new Pods after 0.7 s rather than 89 s).
 */
public final class RetryNow {
  /** The annotation; its value is the time of the run. */
  public static final String ANNOTATION = "kruise-installer.github.io/retry-now";

  private final Cluster cluster;

  /** Looks for them in {@code cluster}. */
  public RetryNow(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The objects of a live workload that wait for their back-off. */
  public List<PlannedChange> plan(Manifest liveWorkload) {
    return liveWorkload.isKind("Deployment")
        ? replicaSets(liveWorkload)
        : isShort(liveWorkload, "desiredNumberScheduled", "currentNumberScheduled")
            ? List.of(annotate(liveWorkload))
            : List.of();
  }

  private List<PlannedChange> replicaSets(Manifest deployment) {
    String selector =
        deployment.map("spec", "selector", "matchLabels").entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
    List<PlannedChange> changes = new ArrayList<>();
    Query query = Query.all("apps/v1", "ReplicaSet", deployment.namespace()).withLabels(selector);
    for (Manifest replicaSet : cluster.list(query).items()) {
      if (replicaSet.number(0, "status", "replicas") < replicaSet.number(0, "spec", "replicas")) {
        changes.add(annotate(replicaSet));
      }
    }
    return changes;
  }

  private static boolean isShort(Manifest workload, String wanted, String present) {
    Map<String, ?> status = workload.map("status");
    return number(status, present) < number(status, wanted);
  }

  private static long number(Map<String, ?> status, String field) {
    return status.get(field) instanceof Number number ? number.longValue() : 0;
  }

  private static PlannedChange annotate(Manifest object) {
    return new PlannedChange(
        object.ref(),
        ChangeAction.RETRY,
        List.of(
            new FieldDiff(
                "metadata.annotations[\"" + ANNOTATION + "\"]", null, "\"(time of the run)\"")),
        List.of());
  }
}
