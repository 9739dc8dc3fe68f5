package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.util.List;
import java.util.Optional;

/**
 * The manager and the daemon are deleted. Once the manager's Pods are gone, and with them whoever
 * would put things back, the API server converts custom resources by itself.
 */
final class RemoveManager implements StageStep {
  private final Survey survey;
  private final Deletions deletions;

  RemoveManager(Survey survey, Deletions deletions) {
    this.survey = survey;
    this.deletions = deletions;
  }

  @Override
  public Stage stage() {
    return Stage.REMOVE_MANAGER;
  }

  @Override
  public void run(StageContext context) {
    deletions.delete(context, ref -> true);
    Query pods = Query.all("v1", "Pod", survey.live().location().namespace());
    List<ObjectRef> left = pods(context, pods);
    while (!left.isEmpty()) {
      Deletions.awaitGone(context, pods, left);
      left = pods(context, pods);
    }
    Conversions.write(context);
  }

  private List<ObjectRef> pods(StageContext context, Query query) {
    return ofTheManager(survey.live(), context.cluster().list(query).items());
  }

  /** The manager's Pods, those included that are on their way out. */
  static List<ObjectRef> pods(LiveInstallation live) {
    return ofTheManager(live, live.pods().orElse(List.of()));
  }

  private static List<ObjectRef> ofTheManager(LiveInstallation live, List<Manifest> pods) {
    Optional<Manifest> manager = live.manager();
    return pods.stream()
        .filter(
            pod ->
                manager
                    .map(found -> ManagerPods.belongs(pod, found))
                    .orElseGet(() -> runsTheManager(pod)))
        .map(Manifest::ref)
        .toList();
  }

  /** A Pod of a Deployment that is gone already. */
  private static boolean runsTheManager(Manifest pod) {
    return pod.maps("spec", "containers").stream()
        .map(container -> String.valueOf(Trees.text(container, "image")))
        .anyMatch(ManagerPods::isImage);
  }
}
