package io.github.kruiseinstaller.testkit.internal.workload;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What comes of the containers of an image. */
public sealed interface ImageScenario {
  /** What happens in the end, see {@link Images.Content}. */
  Images.Content content(Duration pull);

  /** Just runs, and is ready at once. */
  record Healthy() implements ImageScenario {
    @Override
    public Images.Content content(Duration pull) {
      return new Images.Content.Available(pull, null);
    }
  }

  /**
   * Runs, and is ready later.
   *
   * @param readyAfter so long after its start
   */
  record Slow(Duration readyAfter) implements ImageScenario {
    @Override
    public Images.Content content(Duration pull) {
      return new Images.Content.Available(pull, container -> SlowRun.start(container, readyAfter));
    }
  }

  /** Runs, and is never ready. */
  record NeverReady() implements ImageScenario {
    @Override
    public Images.Content content(Duration pull) {
      return new Images.Content.Available(pull, container -> new SlowRun());
    }
  }

  /**
   * Writes its last words and ends, every time.
   *
   * @param after so long after its start
   * @param exitCode 0 is possible
   * @param lines what it writes
   */
  record CrashLoop(Duration after, int exitCode, List<String> lines) implements ImageScenario {
    /** Copies the list. */
    public CrashLoop {
      lines = List.copyOf(lines);
    }

    @Override
    public Images.Content content(Duration pull) {
      return new Images.Content.Available(pull, this::start);
    }

    private Program.Running start(Program.Container container) {
      container.later(
          after,
          () -> {
            lines.forEach(container::log);
            container.exit(exitCode);
          });
      return new SlowRun();
    }
  }

  /** Uses more memory than it may as soon as it has started, every time. */
  record OutOfMemory() implements ImageScenario {
    @Override
    public Images.Content content(Duration pull) {
      return new Images.Content.Available(
          pull,
          container -> {
            container.later(Duration.ZERO, container::runOutOfMemory);
            return new SlowRun();
          });
    }
  }

  /**
   * Cannot be pulled.
   *
   * @param message what the container runtime says
   */
  record PullFailure(String message) implements ImageScenario {
    @Override
    public Images.Content content(Duration pull) {
      return new Images.Content.Missing(message);
    }
  }

  /**
   * Runs a program, a new one for each container.
   *
   * @param programs makes it
   */
  record Runs(Supplier<? extends Program> programs) implements ImageScenario {
    @Override
    public Images.Content content(Duration pull) {
      return new Images.Content.Available(pull, container -> programs.get().start(container));
    }
  }

  /**
   * Runs, and does what a test says: a change counts for the containers that run now, too.
   * Thread-safe.
   */
  final class Steered implements ImageScenario {
    private final Set<Program.Container> running = ConcurrentHashMap.newKeySet();
    private volatile boolean ready = true;

    /** Whether its containers are ready; they are at first. */
    public void ready(boolean value) {
      ready = value;
      running.forEach(Program.Container::probeNow);
    }

    /** All containers that run now write a line and end. */
    public void exit(int code, String line) {
      for (Program.Container container : running) {
        container.log(line);
        container.exit(code);
      }
    }

    @Override
    public Images.Content content(Duration pull) {
      return new Images.Content.Available(pull, this::start);
    }

    private Program.Running start(Program.Container container) {
      running.add(container);
      return new Program.Running() {
        @Override
        public boolean ready() {
          return ready;
        }

        @Override
        public void stop() {
          running.remove(container);
        }
      };
    }
  }

  /** Runs and becomes ready at some time. */
  final class SlowRun implements Program.Running {
    private volatile boolean ready;

    private SlowRun() {}

    private static SlowRun start(Program.Container container, @Nullable Duration readyAfter) {
      SlowRun run = new SlowRun();
      if (readyAfter != null) {
        container.later(
            readyAfter,
            () -> {
              run.ready = true;
              container.probeNow();
            });
      }
      return run;
    }

    @Override
    public boolean ready() {
      return ready;
    }

    @Override
    public void stop() {
      ready = false;
    }
  }
}
