package io.github.kruiseinstaller.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What is logged while it is open, at the finest level, by the installer and the libraries under
 * it; the simulated cluster in the same JVM is left out.
 */
final class InstallerLog implements AutoCloseable {
  private static final List<String> LOGGERS =
      List.of("io.github.kruiseinstaller", "io.kubernetes", "io.github.resilience4j", "okhttp3");

  private final Map<Logger, @Nullable Level> before = new LinkedHashMap<>();
  private final Lines lines = new Lines();

  InstallerLog() {
    lines.start();
    for (String name : LOGGERS) {
      Logger logger = (Logger) LoggerFactory.getLogger(name);
      before.put(logger, logger.getLevel());
      logger.setLevel(Level.TRACE);
      logger.addAppender(lines);
    }
  }

  /** What was logged so far. */
  String text() {
    return lines.text();
  }

  @Override
  public void close() {
    before.forEach(
        (logger, level) -> {
          logger.detachAppender(lines);
          logger.setLevel(level);
        });
    lines.stop();
  }

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final StringBuilder text = new StringBuilder();

    synchronized String text() {
      return text.toString();
    }

    // Logback's own lock around this does not cover the reader.
    @Override
    protected synchronized void append(ILoggingEvent event) {
      if (event.getLoggerName().startsWith("io.github.kruiseinstaller.testkit")) {
        return;
      }
      text.append(event.getLoggerName()).append(' ').append(event.getFormattedMessage());
      if (event.getThrowableProxy() != null) {
        text.append('\n').append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
      text.append('\n');
    }
  }
}
