package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.testkit.Bystander;
import java.util.ArrayList;
import java.util.List;

/**
 * What a bystander is told while a repair goes on, at each of its events: when it may still be
 * refused, and when it may not.
 */
final class Timeline implements InstallListener {
  private final Bystander bystander;
  private final List<Moment> moments = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private int firstWrite = -1;

  /**
   * A moment.
   *
   * @param when the event
   * @param refusals what was refused
   */
  private record Moment(String when, List<String> refusals) {}

  Timeline(Bystander bystander) {
    this.bystander = bystander;
    look("before");
  }

  @Override
  public synchronized void onEvent(InstallEvent event) {
    events.add(event.toString());
    if (event instanceof InstallEvent.ObjectWritten && firstWrite < 0) {
      firstWrite = moments.size();
    }
    look(event.toString());
  }

  /** Asks now. */
  synchronized void look(String when) {
    moments.add(new Moment(when, bystander.refusals()));
  }

  /** Whether something was refused before the first write. */
  synchronized boolean startedRefused() {
    return !moments.get(0).refusals().isEmpty();
  }

  /**
   * What was refused although it should not have been: after the disarming of both configurations,
   * which are the first two writes, or ever when nothing was refused at the start.
   */
  synchronized List<String> wrong() {
    List<String> wrong = new ArrayList<>();
    int from = startedRefused() ? firstWrite + 2 : 0;
    for (Moment moment :
        moments.subList(Math.min(Math.max(from, 0), moments.size()), moments.size())) {
      moment.refusals().forEach(each -> wrong.add(moment.when() + ": " + each));
    }
    return wrong;
  }

  /** The events. */
  synchronized List<String> events() {
    return List.copyOf(events);
  }
}
