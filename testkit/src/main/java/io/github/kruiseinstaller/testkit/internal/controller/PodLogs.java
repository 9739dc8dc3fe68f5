package io.github.kruiseinstaller.testkit.internal.controller;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What containers wrote. Thread-safe. */
public interface PodLogs {
  /**
   * A line.
   *
   * @param time when it was written, wall time
   * @param text without its end
   */
  record Line(Instant time, String text) {}

  /**
   * The log of one start of a container.
   *
   * @param lines all of it so far
   * @param ended whether more may come
   */
  record Log(List<Line> lines, boolean ended) {
    /** Copies the list. */
    public Log {
      lines = List.copyOf(lines);
    }
  }

  /** The log of the container that runs now or ran last; empty before its first start. */
  Optional<Log> current(String namespace, String pod, String container);

  /** The log of the one before; empty when there was none. */
  Optional<Log> previous(String namespace, String pod, String container);
}
