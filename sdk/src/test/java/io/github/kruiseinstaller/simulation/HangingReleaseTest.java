package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** A release that does not come. */
@Isolated("looks at the threads of the JVM")
@Timeout(60)
class HangingReleaseTest {
  private final SimulatedCluster cluster = SimulatedCluster.start();
  private final CountDownLatch loading = new CountDownLatch(1);
  private final OpenKruiseInstaller installer =
      SmallInstallers.plain(cluster, cluster.admin())
          .release(ReleaseSource.manifests(this::hang, "a slow source"))
          .timeout(Duration.ofHours(1))
          .build();

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void cancel_endsTheRun() throws Exception {
    Operation<InstallPlan> run = installer.startPlan();
    loading.await();

    run.cancel();

    assertThat(run.result().toCompletableFuture())
        .failsWithin(Duration.ofSeconds(50))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            InstallException.class,
            e -> assertThat(e.failure().code()).isEqualTo(FailureCode.CANCELLED));
    assertThat(InstallerThreads.leftAfter(Duration.ofSeconds(50))).isEmpty();
  }

  @Test
  void interruptOfTheBlockingCall_endsTheRunAndStaysSet() throws Exception {
    FutureTask<Boolean> caller =
        new FutureTask<>(
            () -> {
              InstallException failed =
                  catchThrowableOfType(InstallException.class, installer::plan);
              assertThat(failed.failure().code()).isEqualTo(FailureCode.CANCELLED);
              return Thread.currentThread().isInterrupted();
            });
    Thread thread = new Thread(caller, "caller");
    thread.start();
    loading.await();

    thread.interrupt();

    assertThat(caller.get(50, TimeUnit.SECONDS)).isTrue();
  }

  private InputStream hang() throws InterruptedException {
    loading.countDown();
    new CountDownLatch(1).await();
    return InputStream.nullInputStream();
  }
}
