package io.github.kruiseinstaller.examples.provisioning;

/** A request that is not carried out. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Answer answer;

  /** What the caller gets instead. */
  Refusal(Answer answer) {
    // It is an answer, not an error of ours: nobody looks at the stack.
    super("status " + answer.status(), null, false, false);
    this.answer = answer;
  }

  /**
   * A refusal for one reason.
   *
   * @param error what is wrong
   * @param remedy what to do about it
   */
  Refusal(int status, String error, String remedy) {
    this(Answer.error(status, error, remedy));
  }

  Answer answer() {
    return answer;
  }
}
