package io.github.kruiseinstaller.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs to its end.
 *
 * @param exitCode its exit code
 * @param out standard output
 * @param err standard error
 */
public record Subprocess(int exitCode, String out, String err) {

  /**
   * Runs a program; ends it when it takes longer than {@code timeout}.
   *
   * @param environment added to this process's own
   * @throws IllegalStateException when it does not end in time
   * @throws UncheckedIOException when it cannot be started
   */
  public static Subprocess run(
      Duration timeout, Map<String, String> environment, List<String> command)
      throws InterruptedException {
    try {
      // Files rather than pipes: a process that a script leaves behind would hold a pipe open.
      Path out = Files.createTempFile("e2e", ".out");
      Path err = Files.createTempFile("e2e", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = false;
        try {
          ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
          if (!ended) {
            process.destroyForcibly();
          }
        }
        Subprocess done = new Subprocess(ended ? process.exitValue() : -1, text(out), text(err));
        if (!ended) {
          throw new IllegalStateException(
              command + " did not end in " + timeout.toSeconds() + " s: " + done.err());
        }
        return done;
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command), e);
    }
  }

  /**
   * This, when it succeeded.
   *
   * @throws IllegalStateException otherwise, with what it said
   */
  public Subprocess orThrow(String what) {
    if (exitCode != 0) {
      throw new IllegalStateException(what + " failed with " + exitCode + ": " + out + err);
    }
    return this;
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
