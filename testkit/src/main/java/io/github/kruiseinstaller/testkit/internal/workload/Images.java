package io.github.kruiseinstaller.testkit.internal.workload;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the registry has, and what is in it. Thread-safe. */
public interface Images {
  /** What comes of an image. */
  Content content(String image);

  /** What comes of an image. */
  sealed interface Content {
    /**
     * It can be pulled.
     *
     * @param pull how long that takes
     * @param program what it runs; null for something that just runs and is ready
     */
    record Available(Duration pull, @Nullable Program program) implements Content {}

    /**
     * It cannot be pulled.
     *
     * @param message what the container runtime says
     */
    record Missing(String message) implements Content {}
  }
}
