package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.webhook.AcceptanceFinding;
import io.github.kruiseinstaller.internal.webhook.AcceptanceFinding.Question;
import java.util.List;

/** The API server itself says, in dry run, that the webhooks do their work and harm nobody. */
final class AnswerHealth implements HealthCheck {
  static final String PODS = "webhook-pods";
  static final String MUTATES = "webhook-mutates";
  static final String DENIES = "webhook-denies";

  @Override
  public List<Finding> judge(HealthScene scene) {
    return List.of(
        finding(scene, PODS, Question.POD_PASSES),
        finding(scene, MUTATES, Question.MUTATES),
        finding(scene, DENIES, Question.DENIES));
  }

  private static Finding finding(HealthScene scene, String id, Question question) {
    if (!scene.answers().isSeen()) {
      return Finding.unseen(
          id, CheckCategory.WEBHOOKS, "what the webhooks answer", scene.answers());
    }
    return scene
        .answer(question)
        .map(answer -> finding(id, answer))
        .orElseGet(() -> Finding.unseen(id, CheckCategory.WEBHOOKS, "it was not asked"));
  }

  private static Finding finding(String id, AcceptanceFinding answer) {
    return switch (answer.answer()) {
      case SHOWN -> Finding.of(Check.pass(id, CheckCategory.WEBHOOKS, answer.text()));
      case UNTRIED -> Finding.of(Check.skipped(id, CheckCategory.WEBHOOKS, answer.text()));
      case UNSEEN -> Finding.unseen(id, CheckCategory.WEBHOOKS, answer.text());
      case WRONG ->
          Finding.of(
              Check.fail(
                      id,
                      CheckCategory.WEBHOOKS,
                      answer.text(),
                      id.equals(PODS)
                          ? "Run diagnose() for the cause; repair() lets Pods pass within a second."
                          : "Run diagnose() for the cause; the API server's answer names the"
                              + " webhook.")
                  .seen(answer.evidence()));
    };
  }
}
