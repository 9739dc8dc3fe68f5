package io.github.kruiseinstaller.testkit.internal.apply;

import java.util.List;

/** An object is not what its schema says; worded as the API server words it. */
final class NonconformingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** One thing that is wrong. */
  NonconformingException(String message) {
    super(message);
  }

  /** Several, each with its path in front. */
  static NonconformingException all(List<String> errors) {
    return new NonconformingException(
        errors.size() == 1 ? errors.get(0) : "errors:\n  " + String.join("\n  ", errors));
  }

  /** The same, with where in front. */
  NonconformingException at(String where) {
    return new NonconformingException(where + ": " + getMessage());
  }
}
