package io.github.kruiseinstaller.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.model.RetryPolicy;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ReleaseLoadingTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final FakeCluster cluster = new FakeCluster();
  private final List<InstallEvent> events = new ArrayList<>();

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void cancel_whileTheReleaseIsLoaded_endsTheRun(Verb verb) {
    Run run = new Run();
    HangingSource source = new HangingSource(run.cancellation()::cancel);

    Failure failure = fails(verb, run, source);

    assertThat(failure.code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(source.interrupted).isTrue();
    assertThat(Thread.interrupted()).as("an interrupt that was ours").isFalse();
    assertThat(cluster.writes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void deadline_whileTheReleaseIsLoaded_endsTheRun(Verb verb) {
    HangingSource source = new HangingSource(() -> cluster.time().passOnceSomebodyIdles(LIMIT));

    Failure failure = fails(verb, new Run(), source);

    assertThat(failure.code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(failure.message()).contains("while the release was loaded");
    assertThat(failure.evidence()).containsExactly("interrupted while hanging");
    assertThat(source.interrupted).isTrue();
    assertThat(Thread.interrupted()).as("an interrupt that was ours").isFalse();
    assertThat(cluster.writes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void interrupt_whileTheReleaseIsLoaded_endsTheRunAndStaysSet(Verb verb) {
    cluster.onRequest(
        (request, ref, body, dryRun) -> {
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("as the real one does");
          }
          return Optional.empty();
        });
    Thread runs = Thread.currentThread();

    Failure failure = fails(verb, new Run(), new HangingSource(runs::interrupt));

    assertThat(failure.code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void cancel_whileTheReleaseIsLoaded_isToldOnceAndReported() {
    Run run = new Run();

    InstallFailedException failed =
        catchThrowableOfType(
            InstallFailedException.class,
            () -> engine(new HangingSource(run.cancellation()::cancel)).install(run, null));

    assertThat(failed.failure().stage()).isEqualTo(Stage.LOAD);
    assertThat(failed.report().failure()).isEqualTo(failed.failure());
    assertThat(events)
        .filteredOn(event -> event instanceof InstallEvent.Failed)
        .containsExactly(events.get(events.size() - 1));
  }

  private Failure fails(Verb verb, Run run, ReleaseSource source) {
    Engine engine = engine(source);
    InstallException failed =
        catchThrowableOfType(InstallException.class, () -> verb.of(engine, run));
    assertThat(failed).isNotNull();
    return failed.failure();
  }

  private Engine engine(ReleaseSource source) {
    Settings settings =
        new Settings(
            source,
            null,
            List.of(),
            List.of(events::add),
            LIMIT,
            RetryPolicy.defaults(),
            3,
            Duration.ofSeconds(30),
            PruneOptions.defaults(),
            null);
    return new Engine(() -> new Fixed(cluster), settings, cluster.time());
  }

  /** The verbs that load the release. */
  private enum Verb {
    INSTALL {
      @Override
      Object of(Engine engine, Run run) {
        return engine.install(run, null);
      }
    },
    PLAN {
      @Override
      Object of(Engine engine, Run run) {
        return engine.plan(run);
      }
    },
    PREFLIGHT {
      @Override
      Object of(Engine engine, Run run) {
        return engine.preflight(run);
      }
    },
    VERIFY {
      @Override
      Object of(Engine engine, Run run) {
        return engine.verify(run);
      }
    },
    REQUIRED_ROLE {
      @Override
      Object of(Engine engine, Run run) {
        return engine.requiredRole(run);
      }
    },
    REPAIR {
      @Override
      Object of(Engine engine, Run run) {
        return engine.repair(run, null);
      }
    },
    UNINSTALL {
      @Override
      Object of(Engine engine, Run run) {
        return engine.uninstall(run, UninstallOptions.defaults(), null);
      }
    };

    abstract Object of(Engine engine, Run run);
  }

  /** Blocks until it is interrupted, as a source must; something happens meanwhile. */
  private static final class HangingSource implements ReleaseSource {
    private final Runnable meanwhile;
    private volatile boolean interrupted;

    HangingSource(Runnable meanwhile) {
      this.meanwhile = meanwhile;
    }

    @Override
    public Release load(ReleaseRequest request) {
      Thread other = new Thread(meanwhile, "meanwhile");
      other.start();
      try {
        new CountDownLatch(1).await();
        throw new IllegalStateException("nobody opens it");
      } catch (InterruptedException e) {
        interrupted = true;
        Thread.currentThread().interrupt();
        throw new InstallException(
            Failure.of(FailureCode.CANCELLED, "interrupted while hanging", "Try again."), e);
      }
    }
  }

  /** A cluster that needs no connection. */
  record Fixed(FakeCluster cluster) implements Clusters {
    @Override
    public Cluster bind(RunControl control) {
      return cluster;
    }

    @Override
    public void close() {}
  }
}
