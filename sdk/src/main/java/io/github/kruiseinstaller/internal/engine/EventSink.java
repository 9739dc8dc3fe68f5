package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to the log and the listeners, one at a time and in order. A listener that throws is
 * logged and told of the next event all the same, whatever it throws: listeners written in other
 * languages throw checked exceptions too. Only what the virtual machine itself cannot go on with
 * goes on to the run, once every listener was told. Nothing comes after the event that ends the
 * run: a thread that was still under way then has nothing more to say.
 */
final class EventSink implements Consumer<InstallEvent> {
  private static final Logger LOG = LoggerFactory.getLogger("io.github.kruiseinstaller");

  private final List<InstallListener> listeners;
  private boolean ended;

  EventSink(List<InstallListener> listeners) {
    this.listeners = listeners;
  }

  @Override
  public synchronized void accept(InstallEvent event) {
    if (ended) {
      LOG.debug("after the end: {}", event);
      return;
    }
    ended = event instanceof InstallEvent.Succeeded || event instanceof InstallEvent.Failed;
    log(event);
    VirtualMachineError fatal = null;
    for (InstallListener listener : listeners) {
      Throwable thrown = tell(listener, event);
      if (fatal == null
          && thrown instanceof VirtualMachineError error
          && !(thrown instanceof StackOverflowError)) {
        fatal = error;
      }
    }
    if (fatal != null) {
      throw fatal;
    }
  }

  /** What the listener threw, which is logged, or null. */
  private static @Nullable Throwable tell(InstallListener listener, InstallEvent event) {
    try {
      listener.onEvent(event);
      return null;
    } catch (Throwable e) {
      LOG.warn("a listener threw at {}", event, e);
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      return e;
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
