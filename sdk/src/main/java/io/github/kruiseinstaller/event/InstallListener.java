package io.github.kruiseinstaller.event;

/**
 * Told what a run does, one event at a time and in order, on the run's threads. Should return
 * quickly. A listener that throws is logged and never breaks a run.
 *
 * <p>When the last event comes the lock has been given back; the run has ended when its result is
 * there.
 */
@FunctionalInterface
public interface InstallListener {
  /** Something happened. */
  void onEvent(InstallEvent event);
}
