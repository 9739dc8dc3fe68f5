package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;

/** The deadline passed while waiting. Names the object and its last state. */
public final class WaitTimeoutException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ObjectRef object;
  private final String state;

  /** A wait that ended without success. */
  public WaitTimeoutException(ObjectRef object, String state, Duration waited) {
    super("waited " + waited.toMillis() + " ms for " + object + ": " + state);
    this.object = object;
    this.state = state;
  }

  /** What was waited for. */
  public ObjectRef object() {
    return object;
  }

  /** Its last state. */
  public String state() {
    return state;
  }
}
