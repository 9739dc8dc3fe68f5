package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.model.Stage;

/** The configurations match nothing from here on, in one write each. */
final class DisarmConfigurations implements StageStep {
  private final Survey survey;

  DisarmConfigurations(Survey survey) {
    this.survey = survey;
  }

  @Override
  public Stage stage() {
    return Stage.DISARM;
  }

  @Override
  public void run(StageContext context) {
    context.arming().disarm(survey.live().ownConfigurations());
  }
}
