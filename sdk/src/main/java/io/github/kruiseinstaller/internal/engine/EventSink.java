package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to the log and the listeners, one at a time and in order. A listener that throws is
 * logged and told of the next event all the same.
 */
final class EventSink implements Consumer<InstallEvent> {
  private static final Logger LOG = LoggerFactory.getLogger("io.github.kruiseinstaller");

  private final List<InstallListener> listeners;

  EventSink(List<InstallListener> listeners) {
    this.listeners = listeners;
  }

  @Override
  public synchronized void accept(InstallEvent event) {
    log(event);
    for (InstallListener listener : listeners) {
      try {
        listener.onEvent(event);
      } catch (RuntimeException e) {
        LOG.warn("a listener threw at {}", event, e);
      }
    }
  }

  private static void log(InstallEvent event) {
    if (event instanceof InstallEvent.StageEnded) {
      LOG.info("{}", event);
    } else {
      LOG.debug("{}", event);
    }
  }
}
