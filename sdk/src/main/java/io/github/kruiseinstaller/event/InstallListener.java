package io.github.kruiseinstaller.event;

/**
 * Told what a run does, one event at a time and in order, on the run's threads. Should return
 * quickly. A listener that throws is logged and never breaks a run.
 */
@FunctionalInterface
public interface InstallListener {
  /** Something happened. */
  void onEvent(InstallEvent event);
}
