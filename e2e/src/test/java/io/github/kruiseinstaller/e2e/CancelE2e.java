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
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
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

  private static void cancelAt(Stage stage) throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    Events events = new Events().when(Events.starts(stage), reached::countDown);
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
    assertThat(over.await(30, TimeUnit.SECONDS)).as("ends after " + stage).isTrue();

    Duration took = Duration.ofNanos(ended.get() - cancelled);
    System.out.println("   cancelled in " + stage + ": over after " + took.toMillis() + " ms");
    assertThat(failure.get())
        .as("cancelled in " + stage)
        .isInstanceOf(InstallFailedException.class);
    InstallFailedException thrown = (InstallFailedException) failure.get();
    assertThat(thrown.failure().code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(thrown.failure().stage()).isEqualTo(stage);
    assertThat(took).as("cancelled in " + stage).isLessThan(AT_ONCE);
    LiveWebhooks webhooks = new LiveWebhooks(api());
    assertThat(webhooks.parked()).as("nothing is armed after " + stage).isTrue();
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
    Thread caller =
        new Thread(
            () -> {
              thrown.set(catchThrowable(installer::install));
              flag.set(Thread.currentThread().isInterrupted());
            });
    caller.start();
    assertThat(reached.await(90, TimeUnit.SECONDS)).isTrue();

    caller.interrupt();
    caller.join(AT_ONCE.toMillis());

    assertThat(caller.isAlive()).as("over within a second").isFalse();
    assertThat(flag).as("the interrupt flag stays set").isTrue();
    assertThat(thrown.get()).isInstanceOf(InstallFailedException.class);
    assertThat(((InstallFailedException) thrown.get()).failure().code())
        .isEqualTo(FailureCode.CANCELLED);
    installs(installer());
    nobodyWasRefused();
  }
}
