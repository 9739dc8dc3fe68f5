package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.wait.CrdEstablished;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The custom resource definitions, Established: without them the manager exits at its start. */
public final class CrdStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.CRDS;
  }

  @Override
  public void run(StageContext context) {
    CrdEstablished established = new CrdEstablished();
    List<Manifest> pending =
        Stream.concat(
                new PlannedWrites(context)
                    .write(change -> true).stream()
                        .filter(written -> !established.of(written).done()),
                leftAlone(context))
            .toList();
    if (pending.isEmpty()) {
      return;
    }
    ObjectRef first = pending.get(0).ref();
    context.awaiting(
        () ->
            context
                .environment()
                .waiter()
                .awaitFrom(
                    Query.all(first.apiVersion(), first.kind(), null),
                    pending,
                    established,
                    context::waiting));
  }

  /** What the plan only looks at and was not served when it was made, as it was then. */
  private static Stream<Manifest> leftAlone(StageContext context) {
    Set<ObjectRef> unwritten =
        context.planned().stream()
            .filter(change -> !change.action().writes())
            .map(PlannedChange::object)
            .collect(Collectors.toSet());
    return context.environment().prepared().unserved().stream()
        .filter(definition -> unwritten.contains(definition.ref()));
  }
}
