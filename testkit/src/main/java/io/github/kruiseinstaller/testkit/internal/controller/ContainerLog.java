package io.github.kruiseinstaller.testkit.internal.controller;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What one start of a container wrote; the oldest lines are dropped. Thread-safe. */
final class ContainerLog {
  private static final int KEPT = 10_000;

  private final Deque<PodLogs.Line> lines = new ArrayDeque<>();
  private boolean ended;

  synchronized void add(Instant time, String text) {
    if (ended) {
      return;
    }
    if (lines.size() == KEPT) {
      lines.removeFirst();
    }
    lines.addLast(new PodLogs.Line(time, text));
  }

  synchronized void end() {
    ended = true;
  }

  synchronized PodLogs.Log read() {
    return new PodLogs.Log(List.copyOf(lines), ended);
  }
}
