package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that the API server did not carry out. Holds what the server said, never what we sent.
 */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** HTTP status of a request that got no answer at all. */
  public static final int NO_ANSWER = 0;

  private final transient Answer answer;

  /**
   * What came back.
   *
   * @param verb such as {@code get}, {@code apply}, {@code replace}
   * @param object the object of the request, or null
   * @param status the HTTP status, or {@link #NO_ANSWER}
   * @param reason Kubernetes' reason, such as {@code Conflict}; empty when there is none
   * @param message Kubernetes' message, or the network error
   * @param causes one entry a cause of the Status, as {@code reason field: message}
   * @param retryAfter what the server asked for, or null
   */
  public record Answer(
      String verb,
      @Nullable ObjectRef object,
      int status,
      String reason,
      String message,
      List<Cause> causes,
      @Nullable Duration retryAfter) {
    /** Copies the causes. */
    public Answer {
      causes = List.copyOf(causes);
    }
  }

  /**
   * A cause of a Status.
   *
   * @param reason such as {@code FieldManagerConflict} or {@code FieldValueInvalid}
   * @param field the field, may be empty
   * @param message for people
   */
  public record Cause(String reason, String field, String message) {}

  /** A refused or unanswered request. */
  public ClusterException(Answer answer, @Nullable Throwable cause) {
    super(describe(answer), cause);
    this.answer = answer;
  }

  /** What came back. */
  public Answer answer() {
    return answer;
  }

  /** The HTTP status, or {@link #NO_ANSWER}. */
  public int status() {
    return answer.status();
  }

  /** Whether the object, or its kind, does not exist. */
  public boolean isNotFound() {
    return answer.status() == 404;
  }

  /** Whether an object of that name exists already. */
  public boolean isAlreadyExists() {
    return answer.status() == 409 && answer.reason().equals("AlreadyExists");
  }

  /** Whether other field managers own fields of a server-side apply. */
  public boolean isFieldManagerConflict() {
    return answer.status() == 409
        && answer.causes().stream().anyMatch(c -> c.reason().equals("FieldManagerConflict"));
  }

  /** Whether the resourceVersion of a replacement was stale. */
  public boolean isStale() {
    return answer.status() == 409 && !isAlreadyExists() && !isFieldManagerConflict();
  }

  private static String describe(Answer answer) {
    String what = answer.verb() + (answer.object() == null ? "" : " " + answer.object());
    return answer.status() == NO_ANSWER
        ? what + ": " + answer.message()
        : what + ": " + (answer.status() + " " + answer.reason()).strip() + ": " + answer.message();
  }
}
