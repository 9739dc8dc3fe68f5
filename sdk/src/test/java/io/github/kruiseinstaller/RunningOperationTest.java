package io.github.kruiseinstaller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.engine.Run;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunningOperationTest {
  private final InstallException failure =
      new InstallException(Failure.of(FailureCode.TIMEOUT, "too late", "wait"));

  @Test
  void result_whenTheRunFails_failsWithTheVeryExceptionOfTheBlockingCall() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Operation<String> operation =
        RunningOperation.start(
            new Run(),
            run -> {
              await(go);
              throw failure;
            });
    AtomicReference<@Nullable Throwable> seen = new AtomicReference<>();
    CountDownLatch told = new CountDownLatch(1);
    CompletionStage<String> observed =
        operation
            .result()
            .whenComplete(
                (value, thrown) -> {
                  seen.set(thrown);
                  told.countDown();
                });

    go.countDown();

    await(told);
    assertThat(seen).hasValue(failure);
    assertThat(observed).failsWithin(Duration.ofSeconds(20));
    assertThatThrownBy(operation::join).isSameAs(failure);
  }

  @Test
  void runId_isTheRunsOwn() {
    Run run = new Run();

    assertThat(RunningOperation.start(run, same -> same.id()).join()).isEqualTo(run.id());
    assertThat(RunningOperation.start(run, same -> "").runId()).isEqualTo(run.id());
  }

  @Test
  void result_whenItsFutureIsCompletedByTheCaller_leavesTheRunAlone() {
    CountDownLatch go = new CountDownLatch(1);
    Operation<String> operation =
        RunningOperation.start(
            new Run(),
            run -> {
              await(go);
              return "done";
            });
    CompletableFuture<String> future = operation.result().toCompletableFuture();

    future.complete("mine");
    go.countDown();

    assertThat(operation.join()).isEqualTo("done");
    assertThat(operation.result().toCompletableFuture().join()).isEqualTo("done");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
