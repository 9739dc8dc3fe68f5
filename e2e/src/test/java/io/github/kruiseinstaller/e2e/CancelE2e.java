package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A run that is no longer wanted ends within a second, wherever it is. */
class CancelE2e extends InstallTest {
  /** The promise, on a cluster whose API server answers at once. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  /** How many of the slowest answers may be waited for: what undoes asks several times in a row. */
  private static final int ANSWERS_WAITED_FOR = 2;

  private static final Duration RELEASED_WITHIN = Duration.ofSeconds(5);
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);
  private static final Stage[] STAGES = {
    Stage.LOAD,
    Stage.PLAN,
    Stage.NAMESPACE,
    Stage.CRDS,
    Stage.PARK,
    Stage.MANAGER,
    Stage.ROLLOUT,
    Stage.PROVE,
    Stage.ARM,
    Stage.ENFORCE,
    Stage.VERIFY
  };

  @Test
  void cancelledAtTheStartOfEachStage() throws Exception {
    bystander();

    for (Stage stage : STAGES) {
      cancelAt(stage);
    }

    installs(installer());
    nobodyWasRefused();
  }

  private void cancelAt(Stage stage) throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch isCancelled = new CountDownLatch(1);
    Events events = new Events().holdUp(stage, reached, isCancelled, RELEASED_WITHIN);
    AtomicLong ended = new AtomicLong();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    CountDownLatch over = new CountDownLatch(1);
    Operation<InstallReport> operation = installer().listener(events).build().startInstall();
    operation
        .result()
        .whenComplete(
            (report, thrown) -> {
              ended.set(System.nanoTime());
              failure.set(thrown);
              over.countDown();
            });

    assertThat(reached.await(90, TimeUnit.SECONDS)).as("reaches " + stage).isTrue();
    long cancelled = System.nanoTime();
    operation.cancel();
    isCancelled.countDown();
    assertThat(over.await(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS))
        .as("ends after " + stage)
        .isTrue();

    assertThat(failure.get())
        .as("cancelled in " + stage)
        .isInstanceOf(InstallFailedException.class);
    InstallFailedException thrown = (InstallFailedException) failure.get();
    assertThat(thrown.failure().code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(thrown.failure().stage()).isEqualTo(stage);
    LiveWebhooks webhooks = new LiveWebhooks(api());
    assertThat(webhooks.parked()).as("nothing is armed after " + stage).isTrue();
    assertAtOnce("cancelled in " + stage, cancelled, ended.get());
  }

  /** Within a second, but for the time that the API server takes to answer meanwhile. */
  private void assertAtOnce(String what, long cancelled, long ended) throws InterruptedException {
    Duration took = Duration.ofNanos(ended - cancelled);
    Duration answers =
        bystander().reportAnsweredSince(cancelled).slowest().multipliedBy(ANSWERS_WAITED_FOR);
    System.out.printf(
        "   %s: over after %d ms, the API server's share at most %d ms%n",
        what, took.toMillis(), answers.toMillis());
    assertThat(took.minus(answers)).as(what).isLessThan(AT_ONCE);
  }

  @Test
  void interruptedWhileItBlocks() throws Exception {
    bystander();
    CountDownLatch reached = new CountDownLatch(1);
    OpenKruiseInstaller installer =
        installer()
            .listener(new Events().when(Events.starts(Stage.ROLLOUT), reached::countDown))
            .build();
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    AtomicLong ended = new AtomicLong();
    Thread caller =
        new Thread(
            () -> {
              thrown.set(catchThrowable(installer::install));
              ended.set(System.nanoTime());
              flag.set(Thread.currentThread().isInterrupted());
            });
    caller.start();
    assertThat(reached.await(90, TimeUnit.SECONDS)).isTrue();

    long interrupted = System.nanoTime();
    caller.interrupt();
    caller.join(ENDS_WITHIN.toMillis());

    assertThat(caller.isAlive()).as("over").isFalse();
    assertAtOnce("interrupted", interrupted, ended.get());
    assertThat(flag).as("the interrupt flag stays set").isTrue();
    assertThat(thrown.get()).isInstanceOf(InstallFailedException.class);
    assertThat(((InstallFailedException) thrown.get()).failure().code())
        .isEqualTo(FailureCode.CANCELLED);
    installs(installer());
    nobodyWasRefused();
  }
}
