package io.github.kruiseinstaller;

import io.github.kruiseinstaller.internal.engine.Run;
import io.github.kruiseinstaller.model.Stage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** A run on a thread of its own, which ends with the run. */
final class RunningOperation<T> implements Operation<T> {
  private final Run run;
  private final CompletableFuture<T> result = new CompletableFuture<>();

  private RunningOperation(Run run) {
    this.run = run;
  }

  static <T> RunningOperation<T> start(Run run, Function<Run, T> work) {
    RunningOperation<T> operation = new RunningOperation<>(run);
    Thread thread =
        new Thread(() -> operation.complete(work), "kruise-installer-" + run.id() + "-run");
    thread.setDaemon(true);
    thread.start();
    return operation;
  }

  private void complete(Function<Run, T> work) {
    try {
      result.complete(work.apply(run));
    } catch (Throwable failure) { // the waiting thread must learn of Errors too
      result.completeExceptionally(failure);
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the view carries the outcome
  public CompletionStage<T> result() {
    // Not a stage derived by the library's own means: that would wrap the failure, and callers are
    // promised the exception that the blocking call throws.
    CompletableFuture<T> view = new CompletableFuture<>();
    result.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            view.complete(value);
          } else {
            view.completeExceptionally(failure);
          }
        });
    return view;
  }

  @Override
  public void cancel() {
    run.cancellation().cancel();
  }

  @Override
  public String runId() {
    return run.id();
  }

  @Override
  public Optional<Stage> currentStage() {
    return result.isDone() ? Optional.empty() : run.currentStage();
  }

  @Override
  public T join() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          interrupted = true;
          cancel();
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("a run throws unchecked exceptions only", e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
