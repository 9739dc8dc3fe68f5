package io.github.kruiseinstaller;

import io.github.kruiseinstaller.model.Stage;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A run that has been started. Thread-safe.
 *
 * @param <T> what the run returns
 */
public interface Operation<T> {
  /**
   * The result, once there is one. Fails with the {@link
   * io.github.kruiseinstaller.error.InstallException} that the blocking call would throw.
   * Completing or cancelling a future derived from it does not touch the run: use {@link
   * #cancel()}. Dependent actions run on the run's own thread unless an executor is given; they
   * should not block.
   */
  CompletionStage<T> result();

  /**
   * Ends the run within a second, wherever it is; what was written stays, what had been armed
   * without its last check is disarmed. The result then fails with code {@code cancelled}. Does
   * nothing once the run has ended.
   */
  void cancel();

  /** The id of the run, which its report, its threads' names and the Lease that it holds bear. */
  String runId();

  /** The stage that the run is in; empty before the first and after the last. */
  Optional<Stage> currentStage();

  /**
   * Waits for the result, as the blocking call does: an interrupt of the waiting thread cancels the
   * run, and the thread's interrupt flag stays set.
   *
   * @throws io.github.kruiseinstaller.error.InstallException when the run fails
   */
  T join();
}
