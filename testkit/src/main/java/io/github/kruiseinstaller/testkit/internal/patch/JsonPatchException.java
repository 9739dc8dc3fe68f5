package io.github.kruiseinstaller.testkit.internal.patch;

/** A JSON patch does not fit its object; worded as the API server's own library words it. */
public final class JsonPatchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  JsonPatchException(String message) {
    super(message);
  }

  /** The same, with what was tried in front. */
  JsonPatchException in(String what) {
    return new JsonPatchException(what + ": " + getMessage());
  }
}
