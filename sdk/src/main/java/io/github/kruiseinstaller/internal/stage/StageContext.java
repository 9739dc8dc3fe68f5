package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.wait.Waiter;
import io.github.kruiseinstaller.internal.webhook.Arming;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What a stage works with, and where it leaves what it did. Thread-safe. */
public final class StageContext {
  private final Stage stage;
  private final Environment environment;
  private final List<PlannedChange> written = Collections.synchronizedList(new ArrayList<>());
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  private final List<String> degraded = Collections.synchronizedList(new ArrayList<>());
  private volatile Duration waited = Duration.ZERO;

  /** A context for one stage. */
  public StageContext(Stage stage, Environment environment) {
    this.stage = stage;
    this.environment = environment;
  }

  /**
   * What all stages of a run share.
   *
   * @param runId the run
   * @param prepared what is to be done
   * @param cluster bound to the run
   * @param cleanup makes a cluster that works for a moment although the run has ended
   * @param waiter bound to the run
   * @param workers the run's threads
   * @param control the run's deadline and cancellation
   * @param events told of everything, in order
   * @param proofs how many proofs in a row are needed
   */
  public record Environment(
      String runId,
      PreparedPlan prepared,
      Cluster cluster,
      Supplier<Cluster> cleanup,
      Waiter waiter,
      Workers workers,
      RunControl control,
      Consumer<InstallEvent> events,
      int proofs) {}

  /** Which stage this is. */
  public Stage stage() {
    return stage;
  }

  /** What all stages share. */
  public Environment environment() {
    return environment;
  }

  /** The cluster, bound to the run. */
  public Cluster cluster() {
    return environment.cluster();
  }

  /** The customised release. */
  public Release release() {
    return environment.prepared().release();
  }

  /** What is planned for this stage. */
  public List<PlannedChange> planned() {
    return environment.prepared().plan().stage(stage).map(PlannedStage::changes).orElse(List.of());
  }

  /** Whether the plan brings new replicas up beside old ones that serve. */
  public boolean besideServing() {
    return environment.prepared().plan().stage(Stage.CUT_OVER).isPresent();
  }

  /** Whether the plan writes anything in a stage. */
  public boolean planWrites(Stage other) {
    return environment.prepared().plan().stage(other).map(PlannedStage::writes).orElse(0L) > 0;
  }

  /** An object was written. */
  public void wrote(PlannedChange change) {
    written.add(change);
    tell(new InstallEvent.ObjectWritten(stage, change));
  }

  /** Parks, arms and disarms for this stage; every write is told and reported. */
  public Arming arming() {
    return new Arming(
        cluster(), environment.cleanup(), environment.workers(), this::configurationWritten);
  }

  private void configurationWritten(ObjectRef configuration, ChangeAction action, int webhooks) {
    wrote(
        planned().stream()
            .filter(change -> change.object().equals(configuration) && change.action() == action)
            .findFirst()
            .orElseGet(() -> PlannedChange.of(configuration, action)));
    if (action != ChangeAction.PARK) {
      tell(new InstallEvent.ArmingChanged(configuration, action != ChangeAction.DISARM, webhooks));
    }
  }

  /** Something for the report. */
  public void note(String text) {
    notes.add(text);
  }

  /** Something is not well, but does not gate the webhooks. */
  public void degrade(String text) {
    degraded.add(text);
  }

  /** Notes that some time was spent waiting for the cluster. */
  public synchronized void waited(Duration duration) {
    waited = waited.plus(duration);
  }

  /** An event. */
  public void tell(InstallEvent event) {
    environment.events().accept(event);
  }

  /** Tells that a wait goes on. */
  public void waiting(ObjectRef object, String state, Duration soFar) {
    tell(new InstallEvent.Waiting(stage, object, state, soFar));
  }

  /** Does something that waits for the cluster, and measures how long it waits. */
  public <T> T awaiting(Supplier<T> wait) {
    long start = environment.control().time().nanos();
    try {
      return wait.get();
    } finally {
      waited(Duration.ofNanos(environment.control().time().nanos() - start));
    }
  }

  /** What was written so far. */
  public List<PlannedChange> written() {
    return List.copyOf(written);
  }

  /** The notes so far. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** What is degraded so far. */
  public List<String> degraded() {
    return List.copyOf(degraded);
  }

  /** How long the stage has waited for the cluster. */
  public Duration waited() {
    return waited;
  }
}
