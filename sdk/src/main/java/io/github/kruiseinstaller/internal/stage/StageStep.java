package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.model.Stage;

/** One stage of a run. Stateless. */
public interface StageStep {
  /** Which stage this is. */
  Stage stage();

  /** Does the stage's work; throws when it cannot be done. */
  void run(StageContext context);
}
