package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** A line per event, for logs and pipes. Written objects are counted, not listed. */
final class LineProgress implements Progress {
  private static final Duration LONG_FOR_A_DEFINITION = Duration.ofSeconds(5);

  private final PrintStream out;
  private final Supplier<Duration> elapsed;

  LineProgress(PrintStream out, Supplier<Duration> elapsed) {
    this.out = out;
    this.elapsed = elapsed;
  }

  @Override
  public void onEvent(InstallEvent event) {
    if (isMinor(event)) {
      return;
    }
    double seconds = elapsed.get().toMillis() / 1000.0;
    out.println(String.format(Locale.ROOT, "[%6.1f s] %s%s", seconds, event, writes(event)));
  }

  @Override
  public void note(String text) {
    out.println(text);
  }

  @Override
  public void close() {
    out.flush();
  }

  /** Some twenty definitions go through three states each, mostly within a second. */
  private static boolean isMinor(InstallEvent event) {
    return event instanceof InstallEvent.ObjectWritten
        || (event instanceof InstallEvent.Waiting waiting
            && waiting.stage() == Stage.CRDS
            && waiting.waited().compareTo(LONG_FOR_A_DEFINITION) < 0);
  }

  private static String writes(InstallEvent event) {
    if (!(event instanceof InstallEvent.StageEnded ended)) {
      return "";
    }
    int writes = ended.outcome().changes().size();
    return writes == 0 ? "" : ", " + writes + (writes == 1 ? " write" : " writes");
  }
}
