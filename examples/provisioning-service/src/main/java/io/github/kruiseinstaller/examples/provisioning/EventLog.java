package io.github.kruiseinstaller.examples.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run has told, as lines of JSON, for readers who come early, late or never.
 *
 * <p>The run only ever adds a line. A reader keeps a place in the list and waits on his own thread:
 * one that is slow or gone costs the run nothing, and no reader has a queue that could grow.
 * Thread-safe.
 */
final class EventLog implements InstallListener {
  /**
   * How many events are kept of those that can repeat without end. All others are kept: there are
   * no more of them than stages and objects in the plan.
   */
  static final int MOST_REPEATING = 5_000;

  private final List<byte[]> lines = new ArrayList<>();
  private int repeating;
  private boolean ended;

  @Override
  public void onEvent(InstallEvent event) {
    byte[] line = (event.toJson() + "\n").getBytes(UTF_8);
    synchronized (this) {
      if (repeats(event) && ++repeating > MOST_REPEATING) {
        return;
      }
      lines.add(line);
      notifyAll();
    }
  }

  /** Nothing comes any more; readers end once they have read all. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Writes all events from the first on, and those to come, until there are no more. */
  void copyTo(OutputStream out) throws IOException, InterruptedException {
    int place = 0;
    for (List<byte[]> more = after(place); !more.isEmpty(); more = after(place)) {
      for (byte[] line : more) {
        out.write(line);
      }
      out.flush();
      place += more.size();
    }
  }

  private synchronized List<byte[]> after(int place) throws InterruptedException {
    while (lines.size() == place && !ended) {
      wait();
    }
    return List.copyOf(lines.subList(place, lines.size()));
  }

  private static boolean repeats(InstallEvent event) {
    return event instanceof InstallEvent.Waiting
        || event instanceof InstallEvent.Retrying
        || event instanceof InstallEvent.Proving;
  }
}
