package io.github.kruiseinstaller.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** An {@link InstallerProcess} that runs, seen from outside. Used by one thread. */
final class InstallerChild implements AutoCloseable {
  private static final String ENDED = "ended";

  private final Process process;
  private final Thread reader;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
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

  /** Starts to repair, without a release. */
  static InstallerChild startRepair(Path kubeconfig, Duration timeout) {
    return start(RepairerProcess.class, kubeconfig.toString(), Long.toString(timeout.toSeconds()));
  }

  private static InstallerChild start(Class<?> program, String... arguments) {
    List<String> command = new java.util.ArrayList<>();
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
      out.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException killed) {
      lines.add(ENDED);
      return;
    }
    lines.add(ENDED);
  }

  /**
   * Waits for a line.
   *
   * @return whether it came, before the process ended and in time
   */
  boolean await(Predicate<String> line, Duration timeout) throws InterruptedException {
    long giveUp = System.nanoTime() + timeout.toNanos();
    while (true) {
      String next = lines.poll(Math.max(0, giveUp - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (next == null || next.equals(ENDED)) {
        return false;
      }
      last = next;
      if (line.test(next)) {
        return true;
      }
    }
  }

  /** Lets it go on for a while, unless it ends before. */
  void goOnFor(Duration duration) throws InterruptedException {
    process.waitFor(duration.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Ends it at once, as SIGKILL does.
   *
   * @return the last line that it has printed
   */
  String kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
    reader.join();
    List<String> rest = new java.util.ArrayList<>();
    lines.drainTo(rest);
    rest.stream().filter(line -> !line.equals(ENDED)).forEach(line -> last = line);
    return last;
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
