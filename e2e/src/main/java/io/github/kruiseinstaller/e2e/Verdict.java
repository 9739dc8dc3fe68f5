package io.github.kruiseinstaller.e2e;

/** What became of one request of a bystander. */
public enum Verdict {
  /** The API server carried it out. */
  ADMITTED,
  /** Admission refused it: a webhook could not be called, or denied the request. */
  REFUSED,
  /** The API server answered with an error that has nothing to do with admission. */
  OTHER_ERROR,
  /** There was no answer at all: the API server is away, or the request was given up. */
  UNANSWERED;

  /**
   * Sorts an answer.
   *
   * @param status the HTTP status
   * @param text the answer's body
   */
  public static Verdict of(int status, String text) {
    if (status >= 200 && status < 300) {
      return ADMITTED;
    }
    // The API server words a webhook's failure and a webhook's refusal in these two ways only; the
    // status alone tells nothing, since both also occur for other reasons.
    return text.contains("failed calling webhook") || text.contains("denied the request")
        ? REFUSED
        : OTHER_ERROR;
  }
}
