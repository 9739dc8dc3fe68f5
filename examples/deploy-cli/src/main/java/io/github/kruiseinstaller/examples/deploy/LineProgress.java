package io.github.kruiseinstaller.examples.deploy;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;

/** A line for each event of a run that a person wants to know of, behind the cluster's name. */
final class LineProgress implements InstallListener {
  private static final Duration LONG_FOR_A_DEFINITION = Duration.ofSeconds(5);

  private final String cluster;
  private final Screen screen;

  LineProgress(String cluster, Screen screen) {
    this.cluster = cluster;
    this.screen = screen;
  }

  @Override
  public void onEvent(InstallEvent event) {
    if (!isMinor(event)) {
      screen.say(cluster, event.toString());
    }
  }

  private static boolean isMinor(InstallEvent event) {
    if (event instanceof InstallEvent.StageEnded ended) {
      return ended.outcome().changes().isEmpty();
    }
    if (event instanceof InstallEvent.Waiting waiting) {
      // Some twenty definitions go through three states each, mostly within a second.
      return waiting.stage() == Stage.CRDS && waiting.waited().compareTo(LONG_FOR_A_DEFINITION) < 0;
    }
    return event instanceof InstallEvent.StageStarted
        || event instanceof InstallEvent.ObjectWritten
        || event instanceof InstallEvent.ArmingChanged;
  }
}
