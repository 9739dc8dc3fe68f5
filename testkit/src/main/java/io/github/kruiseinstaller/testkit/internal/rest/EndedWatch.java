package io.github.kruiseinstaller.testkit.internal.rest;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A watch that could not be opened: one event says why. */
final class EndedWatch implements WatchFeed {
  private @Nullable Event event;

  EndedWatch(Event event) {
    this.event = event;
  }

  @Override
  public Optional<Event> next(Duration timeout) {
    Optional<Event> next = Optional.ofNullable(event);
    event = null;
    return next;
  }

  @Override
  public boolean ended() {
    return event == null;
  }

  @Override
  public void close() {
    event = null;
  }
}
