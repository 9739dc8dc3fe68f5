package io.github.kruiseinstaller.testkit.internal.http;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What containers have written. Thread-safe. */
public interface PodLogSource {
  /**
   * The lines of a container, oldest first; none when there is no log.
   *
   * @param previous of its run before the present one
   */
  List<Line> lines(String namespace, String pod, String container, boolean previous);

  /**
   * A line.
   *
   * @param time when it was written
   * @param text without the line break
   */
  record Line(@Nullable Instant time, String text) {}
}
