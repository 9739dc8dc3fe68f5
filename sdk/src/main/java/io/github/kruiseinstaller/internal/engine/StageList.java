package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.internal.stage.ArmStage;
import io.github.kruiseinstaller.internal.stage.CrdStage;
import io.github.kruiseinstaller.internal.stage.CutOverStage;
import io.github.kruiseinstaller.internal.stage.DisarmStage;
import io.github.kruiseinstaller.internal.stage.EnforceStage;
import io.github.kruiseinstaller.internal.stage.InventoryStage;
import io.github.kruiseinstaller.internal.stage.ManagerStage;
import io.github.kruiseinstaller.internal.stage.NamespaceStage;
import io.github.kruiseinstaller.internal.stage.ParkStage;
import io.github.kruiseinstaller.internal.stage.ProveStage;
import io.github.kruiseinstaller.internal.stage.PruneStage;
import io.github.kruiseinstaller.internal.stage.RetireStage;
import io.github.kruiseinstaller.internal.stage.RolloutStage;
import io.github.kruiseinstaller.internal.stage.SettleStage;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.internal.stage.TakeOverStage;
import io.github.kruiseinstaller.internal.stage.VerifyStage;
import io.github.kruiseinstaller.model.Stage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The stages that write, by name. */
final class StageList {
  private static final Map<Stage, StageStep> STEPS =
      List.of(
              new DisarmStage(),
              new TakeOverStage(),
              new NamespaceStage(),
              new InventoryStage(),
              new CrdStage(),
              new ParkStage(),
              new ManagerStage(),
              new RolloutStage(),
              new CutOverStage(),
              new ProveStage(),
              new RetireStage(),
              new ArmStage(),
              new EnforceStage(),
              new VerifyStage(),
              new SettleStage(),
              new PruneStage())
          .stream()
          .collect(Collectors.toUnmodifiableMap(StageStep::stage, Function.identity()));

  private StageList() {}

  static StageStep step(Stage stage) {
    return Objects.requireNonNull(STEPS.get(stage), () -> stage + " has no step");
  }
}
