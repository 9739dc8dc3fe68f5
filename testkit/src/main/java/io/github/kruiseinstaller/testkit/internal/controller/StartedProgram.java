package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.workload.Program;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One start of a container, as its program sees it and as the kubelet does. Thread-safe. */
final class StartedProgram implements Program.Container {
  private static final int OUT_OF_MEMORY = 137;
  private static final Logger LOG = LoggerFactory.getLogger(StartedProgram.class);

  private final Context context;
  private final ObjectNode pod;
  private final JsonNode spec;
  private final ContainerLog log;
  private final Runnable wake;
  private Program.@Nullable Running running;
  private @Nullable Integer exitCode;
  private boolean stopped;
  private boolean outOfMemory;
  private boolean probeAsked;

  StartedProgram(Context context, ObjectNode pod, JsonNode spec, ContainerLog log, Runnable wake) {
    this.context = context;
    this.pod = pod;
    this.spec = spec;
    this.log = log;
    this.wake = wake;
  }

  /** Starts; a program that throws ends with code 1. */
  void start(Program program) {
    try {
      Program.Running started = program.start(this);
      boolean tooLate;
      synchronized (this) {
        tooLate = stopped;
        running = tooLate ? null : started;
      }
      if (tooLate) {
        started.stop();
      }
    } catch (RuntimeException e) {
      LOG.warn("A program did not start", e);
      log("panic: " + e);
      exit(1);
    }
  }

  /** Whether the program says so; one that is not known to say otherwise does. */
  boolean ready() {
    Program.@Nullable Running now;
    synchronized (this) {
      now = running;
    }
    try {
      return now == null || now.ready();
    } catch (RuntimeException e) {
      LOG.warn("A program failed when probed", e);
      return false;
    }
  }

  /** With which code the program ended by itself. */
  synchronized OptionalInt exited() {
    return exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode);
  }

  /** Whether it was ended for the memory that it used. */
  synchronized boolean isOutOfMemory() {
    return outOfMemory;
  }

  /** Whether the program asked for a probe since the last call. */
  synchronized boolean takeProbe() {
    boolean asked = probeAsked;
    probeAsked = false;
    return asked;
  }

  /** Ends the program, if it has not been; also one that ended by itself, to close its sockets. */
  void stop() {
    Program.@Nullable Running now;
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
      now = running;
      running = null;
    }
    try {
      if (now != null) {
        now.stop();
      }
    } catch (RuntimeException e) {
      LOG.warn("A program failed when stopped", e);
    } finally {
      log.end();
    }
  }

  @Override
  public ObjectNode pod() {
    return pod.deepCopy();
  }

  @Override
  public ObjectNode spec() {
    return spec.deepCopy();
  }

  @Override
  public String address() {
    return pod.path("status").path("podIP").asText();
  }

  @Override
  public void log(String line) {
    log.add(context.timers().now(), line);
  }

  @Override
  public void exit(int code) {
    synchronized (this) {
      if (exitCode != null || stopped) {
        return;
      }
      exitCode = code;
    }
    wake.run();
  }

  @Override
  public void runOutOfMemory() {
    synchronized (this) {
      outOfMemory = true;
    }
    exit(OUT_OF_MEMORY);
  }

  @Override
  public void later(Duration delay, Runnable task) {
    context.timers().after(delay, () -> context.execute(() -> runUnlessEnded(task)));
  }

  private void runUnlessEnded(Runnable task) {
    synchronized (this) {
      if (stopped || exitCode != null) {
        return;
      }
    }
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.warn("A program's task failed", e);
    }
  }

  @Override
  public void probeNow() {
    synchronized (this) {
      probeAsked = true;
    }
    wake.run();
  }
}
