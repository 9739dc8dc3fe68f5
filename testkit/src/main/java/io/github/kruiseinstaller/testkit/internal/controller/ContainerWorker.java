package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.Images;
import io.github.kruiseinstaller.testkit.internal.workload.Program;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One container on its node: image, start, probes, restarts. It is looked at by one thread at a
 * time and says when it wants to be looked at again.
 */
final class ContainerWorker {
  static final long NEVER = Long.MAX_VALUE;
  private static final Duration CONFIG_AGAIN = Duration.ofSeconds(10);
  private static final Duration PULL_ERROR = Duration.ofSeconds(1);

  private final PodRun run;
  private final boolean init;
  private final Restarts restarts;
  private JsonNode spec;
  private State state = State.NEW;
  private long due;
  private ObjectNode shown = ContainerState.waiting("ContainerCreating", "");
  private ObjectNode last = Json.object();
  private int pullFailures;
  private String pullProblem = "";
  private String id = "";
  private String startedAt = "";
  private long startedNanos;
  private @Nullable StartedProgram program;
  private @Nullable Probe probe;
  private volatile @Nullable ContainerLog log;
  private volatile @Nullable ContainerLog previousLog;

  ContainerWorker(PodRun run, JsonNode spec, boolean init) {
    this.run = run;
    this.spec = spec;
    this.init = init;
    this.restarts = new Restarts(run.restartPolicy(), init, isSidecar());
    if (run.hasInits() || init) {
      shown = ContainerState.waiting("PodInitializing", "");
    }
  }

  enum State {
    NEW,
    PULLING,
    PULL_FAILED,
    WAITING,
    STARTING,
    RUNNING,
    ENDED
  }

  String name() {
    return Nodes.textOrEmpty(spec, "name");
  }

  private String image() {
    return Nodes.textOrEmpty(spec, "image");
  }

  /** An init container that runs on beside the others. */
  boolean isSidecar() {
    return init && Nodes.textOrEmpty(spec, "restartPolicy").equals("Always");
  }

  boolean isRunning() {
    return state == State.RUNNING;
  }

  boolean isReady() {
    return state == State.RUNNING && probe != null && probe.ready();
  }

  /** Ended, and not to be started again. */
  boolean isOver() {
    return state == State.ENDED;
  }

  boolean hasSucceeded() {
    return isOver() && Nodes.number(-1, shown, "terminated", "exitCode") == 0;
  }

  boolean hasRun() {
    return !last.isEmpty() || state == State.RUNNING || state == State.ENDED;
  }

  Optional<PodLogs.Log> currentLog() {
    return Optional.ofNullable(log).map(ContainerLog::read);
  }

  Optional<PodLogs.Log> previousLog() {
    return Optional.ofNullable(previousLog).map(ContainerLog::read);
  }

  /** Does what is due; returns when to be looked at again. */
  long step(long now) {
    State before;
    do {
      before = state;
      act(now);
    } while (state != before);
    return switch (state) {
      case RUNNING -> probe == null ? NEVER : probe.due();
      case ENDED -> NEVER;
      default -> due;
    };
  }

  private void act(long now) {
    switch (state) {
      case NEW -> prepare(now);
      case PULLING -> {
        if (now >= due) {
          pulled(now);
        }
      }
      case PULL_FAILED -> {
        if (now >= due) {
          pullBackOff(now);
        }
      }
      case WAITING -> {
        if (now >= due) {
          state = State.NEW;
        }
      }
      case STARTING -> {
        if (now >= due) {
          start(now);
        }
      }
      case RUNNING -> watch(now);
      case ENDED -> {}
    }
  }

  private void prepare(long now) {
    String policy =
        Nodes.text(spec, "imagePullPolicy")
            .orElse(image().endsWith(":latest") ? "Always" : "IfNotPresent");
    if (!policy.equals("Always") && run.hasImage(image())) {
      run.normal(this, "Pulled", "Container image \"" + image() + "\" already present on machine");
      configure(now);
      return;
    }
    run.normal(this, "Pulling", "Pulling image \"" + image() + "\"");
    Images.Content content = run.environment().images().content(image());
    Duration pull =
        content instanceof Images.Content.Available available ? available.pull() : Duration.ZERO;
    due = now + pull.toNanos();
    state = State.PULLING;
  }

  private void pulled(long now) {
    if (run.environment().images().content(image()) instanceof Images.Content.Missing missing) {
      pullProblem = missing.message();
      run.warning(this, "Failed", "Failed to pull image \"" + image() + "\": " + pullProblem);
      run.warning(this, "Failed", "Error: ErrImagePull");
      shown = ContainerState.waiting("ErrImagePull", pullProblem);
      due = now + PULL_ERROR.toNanos();
      state = State.PULL_FAILED;
      return;
    }
    pullFailures = 0;
    run.environment().addImage(run.node(), image());
    run.normal(this, "Pulled", "Successfully pulled image \"" + image() + "\"");
    configure(now);
  }

  private void pullBackOff(long now) {
    run.normal(this, "BackOff", "Back-off pulling image \"" + image() + "\"");
    run.warning(this, "Failed", "Error: ImagePullBackOff");
    shown =
        ContainerState.waiting(
            "ImagePullBackOff",
            "Back-off pulling image \"" + image() + "\": ErrImagePull: " + pullProblem);
    due = now + BackOff.after(pullFailures++).minus(PULL_ERROR).toNanos();
    state = State.WAITING;
  }

  private void configure(long now) {
    Optional<String> problem = run.missingForEnvironment(spec);
    if (problem.isPresent()) {
      run.warning(this, "Failed", "Error: " + problem.get());
      shown = ContainerState.waiting("CreateContainerConfigError", problem.get());
      due = now + CONFIG_AGAIN.toNanos();
      state = State.WAITING;
      return;
    }
    due = now + run.context().delays().containerStart().toNanos();
    state = State.STARTING;
  }

  private void start(long now) {
    id = run.environment().containerId();
    startedAt = run.context().now();
    startedNanos = now;
    run.normal(this, "Created", "Created container: " + name());
    run.normal(this, "Started", "Started container " + name());
    ContainerLog fresh = new ContainerLog();
    previousLog = log;
    log = fresh;
    shown = ContainerState.running(startedAt);
    StartedProgram started =
        new StartedProgram(run.context(), run.podWithAddress(), spec, fresh, run::wake);
    program = started;
    probe = new Probe(spec, run.context().delays().probe(), now);
    state = State.RUNNING;
    Program image =
        run.environment().images().content(image()) instanceof Images.Content.Available available
            ? available.program()
            : null;
    if (image != null) {
      started.start(image);
    } else if (restarts.isToEnd()) {
      // A container of which nothing is known does its work at once.
      started.exit(0);
    }
  }

  private void watch(long now) {
    StartedProgram started = program;
    Probe probing = probe;
    if (started == null || probing == null) {
      return;
    }
    OptionalInt code = started.exited();
    if (code.isPresent()) {
      ended(code.getAsInt(), now);
      return;
    }
    Probe.Finding finding = probing.look(started, now, started.takeProbe());
    if (finding == Probe.Finding.FAILURE && probing.specified()) {
      run.warning(this, "Unhealthy", "Readiness probe failed: " + run.probeFailure(spec));
    }
  }

  private void ended(int code, long now) {
    Optional<Duration> wait = restarts.after(code, Duration.ofNanos(now - startedNanos));
    finish(code);
    if (wait.isEmpty()) {
      return;
    }
    last = shown;
    if (wait.get().isZero()) {
      shown = ContainerState.waiting("ContainerCreating", "");
      state = State.NEW;
      return;
    }
    run.warning(
        this,
        "BackOff",
        "Back-off restarting failed container " + name() + " in pod " + run.title());
    String message = "back-off " + BackOff.text(wait.get()) + " restarting failed container=";
    shown = ContainerState.waiting("CrashLoopBackOff", message + name() + " pod=" + run.title());
    due = now + wait.get().toNanos();
    state = State.WAITING;
  }

  private void finish(int code) {
    StartedProgram started = program;
    program = null;
    probe = null;
    state = State.ENDED;
    boolean outOfMemory = started != null && started.isOutOfMemory();
    String reason = outOfMemory ? "OOMKilled" : code == 0 ? "Completed" : "Error";
    shown = ContainerState.terminated(code, reason, startedAt, run.context().now(), id);
    if (started != null) {
      started.stop();
    }
  }

  /** Ends the program but not the container: it still counts as running. */
  void silence() {
    StartedProgram started = program;
    if (started != null) {
      started.stop();
    }
  }

  /** Ends the container for good. */
  void stop() {
    if (state == State.RUNNING) {
      finish(0);
    } else {
      state = State.ENDED;
    }
  }

  /** The pod's spec has changed; another image means a new container. */
  void update(JsonNode changed) {
    boolean other = !Nodes.textOrEmpty(changed, "image").equals(image());
    if (!other) {
      return;
    }
    if (state == State.RUNNING) {
      run.normal(this, "Killing", "Container " + name() + " definition changed, will be restarted");
      finish(0);
      last = shown;
      restarts.countOne();
    }
    spec = changed;
    if (!isOver() || run.restartPolicy().equals("Always")) {
      shown = ContainerState.waiting("ContainerCreating", "");
      state = State.NEW;
    }
  }

  /**
   * All that a pod's status depends on.
   *
   * @param restarts how many there were
   */
  record Look(
      State state, boolean ready, ObjectNode shown, ObjectNode last, String id, int restarts) {}

  /** What it is like now. */
  Look look() {
    return new Look(state, isReady(), shown, last, id, restarts.count());
  }

  /** Its entry in the pod's status. */
  ObjectNode status() {
    boolean done = init && !isSidecar() && hasSucceeded();
    // One that waits to be started again has not been yet.
    boolean counted = !Nodes.textOrEmpty(shown, "waiting", "reason").equals("CrashLoopBackOff");
    ObjectNode status = Json.object();
    status.put("name", name());
    status.set("state", shown.deepCopy());
    status.set("lastState", last.deepCopy());
    status.put("ready", isReady() || done);
    status.put("restartCount", counted ? restarts.count() : restarts.count() - 1);
    ContainerState.putImage(status, image(), id);
    return status.put("started", state == State.RUNNING);
  }
}
