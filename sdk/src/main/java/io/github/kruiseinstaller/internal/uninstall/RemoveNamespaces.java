package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Namespaces go, once more seen to hold nothing of others, and are gone. */
final class RemoveNamespaces implements StageStep {
  private final Survey survey;
  private final Deletions deletions;
  private final Workers workers;

  RemoveNamespaces(Survey survey, Deletions deletions, Workers workers) {
    this.survey = survey;
    this.deletions = deletions;
    this.workers = workers;
  }

  @Override
  public Stage stage() {
    return Stage.REMOVE_NAMESPACES;
  }

  @Override
  public void run(StageContext context) {
    List<Manifest> definitions =
        context
            .cluster()
            .list(Query.all("apiextensions.k8s.io/v1", "CustomResourceDefinition", null))
            .items();
    List<ObjectRef> empty = new ArrayList<>();
    for (PlannedChange change : context.planned()) {
      held(context, definitions, change.object().name())
          .ifPresentOrElse(
              why -> context.degrade(change.object() + " stays: by now " + why),
              () -> empty.add(change.object()));
    }
    deletions.delete(context, empty::contains);
    Deletions.awaitGone(context, empty);
  }

  /** Why a namespace cannot go; empty when it holds nothing of others. */
  private Optional<String> held(
      StageContext context, List<Manifest> definitions, String namespace) {
    NamespaceContents contents = new NamespaceContents(context.cluster(), workers);
    NamespaceContents.Custom custom = contents.custom(definitions, namespace);
    List<Manifest> all = new ArrayList<>(contents.builtIn(namespace));
    all.addAll(custom.objects());
    List<Manifest> removed = new ArrayList<>(survey.removed());
    removed.addAll(survey.helm().records());
    return NamespacePlan.held(NamespaceContents.foreign(all, removed), custom.unread());
  }
}
