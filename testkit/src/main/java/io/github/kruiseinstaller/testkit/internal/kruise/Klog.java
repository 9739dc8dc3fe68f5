package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.time.Timers;
import io.github.kruiseinstaller.testkit.internal.workload.Program.Container;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Log lines in the shape that Kubernetes' components write. Thread-safe. */
final class Klog {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMdd HH:mm:ss.SSSSSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Container container;
  private final Timers timers;

  Klog(Container container, Timers timers) {
    this.container = container;
    this.timers = timers;
  }

  /** A line of information. */
  void info(String source, String message) {
    line('I', source, message);
  }

  /** A warning. */
  void warning(String source, String message) {
    line('W', source, message);
  }

  /** An error. */
  void error(String source, String message) {
    line('E', source, message);
  }

  /** A step of the start. */
  void setup(String message) {
    info("main.go", "setup \"msg\"=" + quoted(message));
  }

  /** A step of the start that failed. */
  void setupFailed(String message, String error) {
    error("main.go", "setup \"msg\"=" + quoted(message) + " \"error\"=" + quoted(error));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  private void line(char severity, String source, String message) {
    container.log(severity + TIME.format(timers.now()) + "       1 " + source + "] " + message);
  }
}
