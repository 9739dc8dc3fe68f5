package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.ownership.Adoption;
import io.github.kruiseinstaller.internal.ownership.Adoptions;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fields of what somebody else made become ours, in {@code metadata.managedFields} and nowhere
 * else. The manager's Deployment comes last: as long as it is somebody else's, so is the
 * installation.
 */
public final class TakeOverStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.TAKE_OVER;
  }

  @Override
  public void run(StageContext context) {
    context.environment().prepared().adoptions().first().forEach(context::note);
    ObjectRef manager = context.release().managerDeployment().ref();
    adopt(context, object -> !object.equals(manager));
    adopt(context, manager::equals);
  }

  private static void adopt(StageContext context, Predicate<ObjectRef> which) {
    List<PlannedChange> changes =
        context.planned().stream().filter(change -> which.test(change.object())).toList();
    context
        .environment()
        .workers()
        .map(
            changes,
            change -> {
              if (new Rewriting(context.cluster()).write(change.object(), adopting(context))) {
                context.wrote(change);
              }
              return change;
            });
  }

  private static Rewriting.Write adopting(StageContext context) {
    Adoptions adoptions = context.environment().prepared().adoptions();
    return (cluster, live) -> {
      Adoption adoption = adoptions.byObject().get(live.ref());
      Optional<List<Map<String, @Nullable Object>>> fields =
          Optional.ofNullable(adoption).flatMap(each -> each.managedFields(live));
      fields.ifPresent(
          list -> cluster.mergePatch(live.ref(), patch(live, list), Rewriting.PERSIST));
      return fields.isPresent();
    };
  }

  private static Map<String, ?> patch(Manifest live, List<Map<String, @Nullable Object>> fields) {
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    metadata.put("resourceVersion", live.resourceVersion());
    metadata.put("managedFields", fields);
    return Map.of("metadata", metadata);
  }
}
