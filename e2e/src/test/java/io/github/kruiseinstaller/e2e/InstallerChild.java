package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process of the installer that runs, seen from outside. Used by one thread. */
final class InstallerChild implements AutoCloseable {
  private static final String ENDED = "ended";

  private final Process process;
  private final Thread reader;
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private String last = "";

  private InstallerChild(Process process) {
    this.process = process;
    this.reader = new Thread(this::read, "installer-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts to install a file of manifests. */
  static InstallerChild start(Path kubeconfig, Path manifests, Duration timeout) {
    return start(
        InstallerProcess.class,
        kubeconfig.toString(),
        manifests.toString(),
        Long.toString(timeout.toSeconds()));
  }

  /** Starts to install a file of manifests, waiting so long for another installer. */
  static InstallerChild start(
      Path kubeconfig, Path manifests, Duration timeout, Duration waitForLock) {
    return start(
        InstallerProcess.class,
        kubeconfig.toString(),
        manifests.toString(),
        Long.toString(timeout.toSeconds()),
        Long.toString(waitForLock.toSeconds()));
  }

  /** Starts to remove all that there is. */
  static InstallerChild startUninstall(Path kubeconfig, Duration timeout) {
    return start(
        UninstallerProcess.class, kubeconfig.toString(), Long.toString(timeout.toSeconds()));
  }

  /** Starts to repair, without a release. */
  static InstallerChild startRepair(Path kubeconfig, Duration timeout) {
    return start(RepairerProcess.class, kubeconfig.toString(), Long.toString(timeout.toSeconds()));
  }

  private static InstallerChild start(Class<?> program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      return new InstallerChild(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      out.lines().forEach(line -> lines.add(Line.of(line)));
    } catch (IOException | UncheckedIOException killed) {
      lines.add(Line.of(ENDED));
      return;
    }
    lines.add(Line.of(ENDED));
  }

  /**
   * What it has printed.
   *
   * @param at when, as the process itself says; of a line that says no time, when it was read
   * @param text without the time
   */
  record Line(Instant at, String text) {
    static Line of(String printed) {
      int end = printed.indexOf(' ');
      try {
        return new Line(
            Instant.parse(printed.substring(0, Math.max(0, end))), printed.substring(end + 1));
      } catch (DateTimeParseException noTime) {
        return new Line(Instant.now(), printed);
      }
    }
  }

  /**
   * Waits for a line.
   *
   * @return whether it came, before the process ended and in time
   */
  boolean await(Predicate<String> line, Duration timeout) throws InterruptedException {
    long giveUp = System.nanoTime() + timeout.toNanos();
    while (true) {
      Line next = lines.poll(Math.max(0, giveUp - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (next == null || next.text().equals(ENDED)) {
        return false;
      }
      last = next.text();
      if (line.test(last)) {
        return true;
      }
    }
  }

  /** Lets it go on for a while, unless it ends before. */
  void goOnFor(Duration duration) throws InterruptedException {
    process.waitFor(duration.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Ends it, as SIGKILL does, some time after it has printed a line, and says where it was.
   *
   * @param beginning of the line
   * @return whether the line came, before the process ended and in time
   */
  boolean killAfter(String beginning, Duration later, Duration timeout)
      throws InterruptedException {
    boolean reached = await(line -> line.startsWith(beginning), timeout);
    goOnFor(later);
    String doing = kill();
    assertThat(doing).as("it had begun").isNotEmpty();
    System.out.printf(
        "   killed %d ms after '%s'%s, in the middle of: %s%n",
        later.toMillis(), beginning, reached ? "" : " (which it never reached)", doing);
    return reached;
  }

  /**
   * Ends it at once, as SIGKILL does.
   *
   * @return the last line that it has printed
   */
  String kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
    rest();
    return last;
  }

  /** What it has printed that nobody has waited for, once it has ended. */
  List<Line> rest() throws InterruptedException {
    reader.join();
    List<Line> rest = new ArrayList<>();
    lines.drainTo(rest);
    rest.removeIf(line -> line.text().equals(ENDED));
    rest.forEach(line -> last = line.text());
    return rest;
  }

  /** Waits for its end and tells the exit code. */
  int exitCode(Duration timeout) throws InterruptedException {
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("the installer does not end; last line: " + last);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
