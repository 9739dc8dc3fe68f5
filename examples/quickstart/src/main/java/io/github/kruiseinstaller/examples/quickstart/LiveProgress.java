package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.report.StageOutcome;
import io.github.kruiseinstaller.report.StageStatus;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A line per finished stage and, below, one line that always says what is going on. {@link #tick()}
 * keeps its clock going.
 */
final class LiveProgress implements Progress {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final Terminal terminal;
  private final Supplier<Duration> elapsed;
  private String doing = "";

  LiveProgress(PrintStream out, Terminal terminal, Supplier<Duration> elapsed) {
    this.out = out;
    this.terminal = terminal;
    this.elapsed = elapsed;
  }

  @Override
  public synchronized void onEvent(InstallEvent event) {
    if (event instanceof InstallEvent.StageEnded ended) {
      stageEnded(ended.outcome());
    } else if (event instanceof InstallEvent.Planned) {
      line(event.toString());
    } else if (event instanceof InstallEvent.Succeeded || event instanceof InstallEvent.Failed) {
      close();
    } else {
      doing = event instanceof InstallEvent.Waiting waiting ? shortly(waiting) : event.toString();
      tick();
    }
  }

  @Override
  public synchronized void note(String text) {
    line(text);
  }

  /** Draws the last line anew. */
  synchronized void tick() {
    if (!doing.isEmpty()) {
      String text = String.format(Locale.ROOT, "  %s  %s", seconds(elapsed.get()), doing);
      out.print(CLEAR_LINE + cut(text));
      out.flush();
    }
  }

  @Override
  public synchronized void close() {
    if (!doing.isEmpty()) {
      doing = "";
      out.print(CLEAR_LINE);
      out.flush();
    }
  }

  private void stageEnded(StageOutcome outcome) {
    if (outcome.status() == StageStatus.SKIPPED) {
      return;
    }
    int writes = outcome.changes().size();
    line(
        String.format(
            Locale.ROOT,
            "%s %-9s  %s%s",
            terminal.mark(outcome.status()),
            outcome.stage().id(),
            seconds(outcome.took()),
            writes == 0 ? "" : "  " + writes + (writes == 1 ? " write" : " writes")));
  }

  private void line(String text) {
    out.println((doing.isEmpty() ? "" : CLEAR_LINE) + text);
    doing = "";
  }

  /** The reason first: what is cut off at the edge of the screen is the object. */
  private static String shortly(InstallEvent.Waiting event) {
    String state = event.state().replaceAll("\\p{Cntrl}", " ");
    String object = event.object().kind() + " " + event.object().name();
    return event.stage() + ": " + state + " (" + object + ")";
  }

  private String cut(String text) {
    int most = Math.max(20, terminal.columns() - 1);
    return text.length() <= most ? text : text.substring(0, most - 3) + "...";
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%6.1f s", duration.toMillis() / 1000.0);
  }
}
