package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import java.util.Optional;

/** An open watch. Used by one thread; {@link #close()} may come from any. */
public interface WatchStream extends AutoCloseable {
  /**
   * The next event.
   *
   * @param timeout how long to wait for it
   * @return the event, or empty when none came in time
   * @throws WatchEndedException when the stream has ended and the watch must be opened anew
   */
  Optional<Event> next(Duration timeout) throws WatchEndedException;

  @Override
  void close();

  /** What happened to an object. */
  enum Type {
    ADDED,
    MODIFIED,
    DELETED
  }

  /**
   * One change.
   *
   * @param type what happened
   * @param object the object afterwards, or as it was last when deleted
   */
  record Event(Type type, Manifest object) {}

  /** The stream has ended: by the server, the network, or a resourceVersion that is too old. */
  final class WatchEndedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public WatchEndedException(String message) {
      super(message);
    }
  }
}
