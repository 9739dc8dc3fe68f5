package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;

/**
 * Everything else goes: Helm's records first, because what is left tells a later run of them, and
 * the configurations last, because they tell where the manager was.
 */
final class RemoveObjects implements StageStep {
  private final Deletions deletions;

  RemoveObjects(Deletions deletions) {
    this.deletions = deletions;
  }

  @Override
  public Stage stage() {
    return Stage.REMOVE_OBJECTS;
  }

  @Override
  public void run(StageContext context) {
    deletions.delete(context, RemoveObjects::isRecord);
    deletions.delete(context, ref -> !isRecord(ref) && !isConfiguration(ref));
    deletions.delete(context, RemoveObjects::isConfiguration);
  }

  private static boolean isRecord(ObjectRef ref) {
    return ref.kind().equals("Secret") && ref.name().startsWith("sh.helm.release.");
  }

  private static boolean isConfiguration(ObjectRef ref) {
    return ref.kind().endsWith("WebhookConfiguration");
  }
}
