package io.github.kruiseinstaller.internal.webhook;

import java.util.List;

/**
 * What one look at the armed webhooks has found.
 *
 * @param question what was asked
 * @param answer what came of it
 * @param text one sentence
 * @param evidence the API server's words, where it is not as it should be
 */
public record AcceptanceFinding(
    Question question, Answer answer, String text, List<String> evidence) {
  /** What is asked. */
  public enum Question {
    /** Whether a plain Pod passes. */
    POD_PASSES,
    /** Whether the manager's defaults are filled in. */
    MUTATES,
    /** Whether what is invalid is denied, and by the webhook that should deny it. */
    DENIES
  }

  /** What comes of a question. */
  public enum Answer {
    /** It is as it should be. */
    SHOWN,
    /** It is not. */
    WRONG,
    /** There is nothing to ask, or somebody else answers. */
    UNTRIED,
    /** The caller may not ask, or somebody else keeps the answer. */
    UNSEEN
  }

  /** Copies the evidence. */
  public AcceptanceFinding {
    evidence = List.copyOf(evidence);
  }

  static AcceptanceFinding untried(Question question, String why) {
    return new AcceptanceFinding(question, Answer.UNTRIED, why, List.of());
  }

  static AcceptanceFinding unseen(Question question, String why) {
    return new AcceptanceFinding(question, Answer.UNSEEN, why, List.of());
  }

  static AcceptanceFinding of(Question question, AcceptanceChecks.Verdict verdict) {
    Answer answer =
        switch (verdict.kind()) {
          case SHOWN -> Answer.SHOWN;
          case NOTED -> Answer.UNTRIED;
          case OPEN -> Answer.WRONG;
        };
    return new AcceptanceFinding(question, answer, verdict.text(), verdict.evidence());
  }
}
