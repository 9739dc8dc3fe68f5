package io.github.kruiseinstaller.simulation;

import java.time.Duration;
import java.util.List;

/** The threads that installers of this JVM have started. */
final class InstallerThreads {
  private static final String NAMES = "kruise-installer";

  private InstallerThreads() {}

  /** Those that are still there after so long, with what they do. */
  static List<String> leftAfter(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    for (Thread thread : threads()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      thread.join(Math.max(1, left));
    }
    return alive();
  }

  /** Those that there are now, with what they do. */
  static List<String> alive() {
    return threads().stream()
        .map(thread -> thread.getName() + " at " + List.of(thread.getStackTrace()))
        .toList();
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(NAMES))
        .toList();
  }
}
