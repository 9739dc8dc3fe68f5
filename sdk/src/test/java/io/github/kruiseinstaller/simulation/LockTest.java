package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.internal.cluster.Connection;
import io.github.kruiseinstaller.internal.engine.ConnectedClusters;
import io.github.kruiseinstaller.internal.engine.Engine;
import io.github.kruiseinstaller.internal.engine.Run;
import io.github.kruiseinstaller.internal.engine.Settings;
import io.github.kruiseinstaller.internal.retry.Time;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.RepairFailedException;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Client;
import io.github.kruiseinstaller.testkit.fault.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The lock of an installation in whole runs: who has it, who loses it, and what he may still do.
 */
@Timeout(120)
class LockTest {
  private static final String MASTERS = "system:masters";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String STRANGER = "elsewhere_7_0badcafe_-";
  private static final ReleaseSource RELEASE =
      ReleaseSource.manifests(BriskRelease.yaml(), "small release");

  private SimulatedCluster cluster;
  private Vigil vigil;

  @BeforeEach
  void start() {
    cluster = Trial.cluster();
    vigil = new Vigil(cluster, cluster.bystander("elsewhere"));
  }

  @AfterEach
  void stop() {
    vigil.look();
    assertThat(vigil.wrongs()).isEmpty();
    cluster.close();
  }

  @Test
  void install_givesTheLockBack_andASecondRunDoesNotTakeIt() {
    installer("first").build().install();

    assertThat(InstallerLease.holder(cluster)).isEmpty();
    cluster.requests().clear();
    installer("second").build().install();
    assertThat(cluster.requests().entries())
        .filteredOn(entry -> entry.request().user().equals("second"))
        .noneMatch(
            entry ->
                entry.request().resource().equals(InstallerLease.LEASES)
                    && entry.request().writes());
  }

  @Test
  void install_thatIsCancelled_givesTheLockBack() {
    CompletableFuture<Operation<InstallReport>> run = new CompletableFuture<>();
    run.complete(
        installer("first")
            .listener(atStage(Stage.MANAGER, () -> run.join().cancel()))
            .build()
            .startInstall());

    InstallException failed = catchThrowableOfType(InstallException.class, run.join()::join);

    assertThat(failed.failure().code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(InstallerLease.exists(cluster)).isTrue();
    assertThat(InstallerLease.holder(cluster)).isEmpty();
  }

  @Test
  void install_afterOneThatWasKilled_waitsTenSecondsByItsOwnClockAndFinishesTheWork()
      throws Exception {
    kill("first", 60);
    StoppedClock clock = new StoppedClock();
    CountDownLatch waits = new CountDownLatch(1);
    CompletableFuture<InstallReport> next = start("next", clock, onWaiting(waits));

    assertThat(waits.await(30, TimeUnit.SECONDS)).isTrue();
    clock.move(Duration.ofMillis(9_900));
    long looks = looksOf("next");
    Eventually.until("the next one looks again", () -> looksOf("next") > looks + 1);
    assertThat(next).isNotDone();
    assertThat(worksOf("next")).isZero();
    clock.move(Duration.ofMillis(200));
    clock.go();

    assertThat(next.get(60, TimeUnit.SECONDS).succeeded()).isTrue();
    assertThat(InstallerLease.holder(cluster)).isEmpty();
  }

  @Test
  void install_byTwoWhoseClocksDifferByMinutes_isDoneByOneAtATime() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    CompletableFuture<InstallReport> early =
        start(
            "early",
            new ClockThatIsOff(Duration.ofMinutes(-1)),
            atStage(Stage.ROLLOUT, () -> await(waits)));
    Eventually.until("the first has it", () -> !InstallerLease.holder(cluster).isEmpty());
    CompletableFuture<InstallReport> late =
        start("late", new ClockThatIsOff(Duration.ofMinutes(1)), onWaiting(waits));

    assertThat(waits.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(early.get(60, TimeUnit.SECONDS).succeeded()).isTrue();
    assertThat(late.get(60, TimeUnit.SECONDS).succeeded()).isTrue();
    assertThat(InstallerLease.interleavings(cluster, List.of("early", "late"))).isEmpty();
  }

  @Test
  void install_whileAnotherWorks_saysWhoThatIs() {
    installer("first").build().install();
    heldByAStranger();
    new Edits(cluster.objects()).removeTheLastRuleOfARole();
    cluster.requests().clear();

    Failure failure = fails(installer("second").waitForLock(Duration.ZERO).build());

    assertThat(failure.code()).isEqualTo(FailureCode.LOCKED);
    assertThat(failure.stage()).isEqualTo(Stage.PLAN);
    assertThat(failure.message()).contains("process 7 on host elsewhere (run 0badcafe)");
    assertThat(worksOf("second")).isZero();
    assertThat(InstallerLease.holder(cluster)).isEqualTo(STRANGER);
  }

  @Test
  void install_cancelledWhileItWaits_endsAndLeavesTheLockAlone() throws Exception {
    installer("first").build().install();
    heldByAStranger();
    new Edits(cluster.objects()).removeTheLastRuleOfARole();
    CountDownLatch waits = new CountDownLatch(1);
    var run = installer("second").listener(onWaiting(waits)).build().startInstall();

    assertThat(waits.await(30, TimeUnit.SECONDS)).isTrue();
    run.cancel();

    InstallException failed = catchThrowableOfType(InstallException.class, run::join);
    assertThat(failed.failure().code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(InstallerLease.holder(cluster)).isEqualTo(STRANGER);
  }

  @Test
  void install_whoseLeaseIsDeleted_writesNothingMoreAndTheNextFinishes() {
    Failure failure =
        fails(
            installer("first")
                .listener(atStage(Stage.MANAGER, () -> InstallerLease.delete(cluster)))
                .build());

    assertThat(failure.code()).isEqualTo(FailureCode.LOCK_LOST);
    assertThat(failure.stage()).isEqualTo(Stage.MANAGER);
    assertThat(cluster.objects().list("apps/v1", "Deployment", Plight.NAMESPACE)).isEmpty();
    assertThat(InstallerLease.exists(cluster)).isFalse();
    assertThat(installer("next").build().install().succeeded()).isTrue();
  }

  @Test
  void install_whoseLockIsInOtherHandsAfterArming_leavesWhatIsArmedToTheOther() {
    Failure failure =
        fails(installer("first").listener(atStage(Stage.ENFORCE, this::heldByAStranger)).build());

    assertThat(failure.code()).isEqualTo(FailureCode.LOCK_LOST);
    assertThat(failure.stage()).isEqualTo(Stage.ENFORCE);
    assertThat(failure.message()).contains("process 7 on host elsewhere (run 0badcafe) holds it");
    assertThat(Armament.of(cluster, Armament.MUTATING)).isEqualTo(Armament.PROBATION);
    assertThat(Armament.of(cluster, Armament.VALIDATING)).isEqualTo(Armament.PROBATION);
    assertThat(InstallerLease.holder(cluster)).isEqualTo(STRANGER);

    InstallerLease.runOut(cluster);
    assertThat(installer("next").build().install().succeeded()).isTrue();
    assertThat(Armament.of(cluster, Armament.MUTATING)).isEqualTo(Armament.ENFORCED);
  }

  @Test
  void install_thatStoodStillWhileAnotherCame_doesNotWriteWhatItWasAboutTo() throws Exception {
    HandClock clock = new HandClock();
    CountDownLatch done = new CountDownLatch(1);
    // In the midst of a stage, after its check: only the write itself can tell.
    CompletableFuture<InstallReport> first =
        start(
            "first",
            clock,
            event -> {
              if (event instanceof InstallEvent.ArmingChanged changed
                  && changed.armed()
                  && done.getCount() > 0) {
                done.countDown();
                heldByAStranger();
                clock.move(Duration.ofSeconds(15));
              }
            });

    InstallFailedException failed =
        (InstallFailedException)
            catchThrowableOfType(ExecutionException.class, () -> first.get(60, TimeUnit.SECONDS))
                .getCause();

    assertThat(failed.failure().code()).isEqualTo(FailureCode.LOCK_LOST);
    assertThat(Armament.of(cluster, Armament.MUTATING)).isEqualTo(Armament.PROBATION);
    assertThat(Armament.of(cluster, Armament.VALIDATING)).isEqualTo(Armament.NONE);
  }

  @Test
  void install_withoutThePermissionForTheLock_writesNothingAndNamesIt() {
    Failure failure =
        fails(SmallInstallers.plain(cluster, withoutLeases()).release(RELEASE).build());

    assertThat(failure.code()).isEqualTo(FailureCode.PERMISSION_DENIED);
    assertThat(failure.evidence())
        .containsExactlyInAnyOrder(
            "get Lease (coordination.k8s.io) kruise-installer in namespace kruise-system",
            "update Lease (coordination.k8s.io) kruise-installer in namespace kruise-system",
            "create Lease (coordination.k8s.io) in namespace kruise-system");
    assertThat(worksOf("restricted")).isZero();
  }

  @Test
  void repair_withoutThePermissionForTheLock_disarmsAndNothingElse() {
    installer("first").build().install();
    incident();
    cluster.requests().clear();

    RepairFailedException failed =
        catchThrowableOfType(
            RepairFailedException.class,
            () -> SmallInstallers.withoutRelease(cluster, withoutLeases()).build().repair());

    assertThat(failed.failure().code()).isEqualTo(FailureCode.PERMISSION_DENIED);
    assertThat(failed.failure().message()).contains("switched off");
    assertThat(failed.failure().evidence()).allMatch(line -> line.contains("Lease"));
    assertThat(Armament.isParked(cluster)).isTrue();
    assertThat(worksOf("restricted")).isEqualTo(2);
  }

  @Test
  void repair_whileAnotherWorks_waitsForItsTurn() throws Exception {
    installer("first").build().install();
    incident();
    heldByAStranger();
    cluster.requests().clear();
    CountDownLatch waits = new CountDownLatch(1);
    var repair =
        SmallInstallers.withoutRelease(cluster, cluster.user("mender", MASTERS))
            .listener(onWaiting(waits))
            .build()
            .startRepair();

    assertThat(waits.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(worksOf("mender")).isZero();
    InstallerLease.runOut(cluster);

    assertThat(repair.join().succeeded()).isTrue();
    assertThat(InstallerLease.interleavings(cluster, List.of("mender"))).isEmpty();
    assertThat(InstallerLease.holder(cluster)).isEmpty();
  }

  // ---- inside ----

  /** From now on everybody is refused, until somebody disarms. */
  private void incident() {
    new Damage(cluster).scaleToZero();
    vigil = new Vigil(cluster, cluster.bystander("elsewhere"));
  }

  private void kill(String user, int request) throws Exception {
    CompletableFuture<Boolean> dead = new CompletableFuture<>();
    cluster.kills().whenKilled(() -> dead.complete(true));
    cluster.kills().kill(Client.user(user), request, Fault.Moment.AFTER_EFFECT);
    var run = installer(user).build().startInstall();
    dead.get(30, TimeUnit.SECONDS);
    run.cancel();
    assertThat(catchThrowableOfType(InstallException.class, run::join)).isNotNull();
    assertThat(InstallerLease.holder(cluster)).isNotEmpty();
  }

  /** What a holder looks like who works on, and of whom nothing else is to be seen. */
  private void heldByAStranger() {
    InstallerLease.edit(
        cluster,
        spec -> {
          spec.put("holderIdentity", STRANGER);
          spec.put("leaseDurationSeconds", 3_600);
        });
  }

  private ClusterUser withoutLeases() {
    cluster
        .objects()
        .apply(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata:
              name: all-but-leases
            rules:
              - apiGroups: ["", apps, admissionregistration.k8s.io, apiextensions.k8s.io,
                            apps.kruise.io, policy.kruise.io, discovery.k8s.io, events.k8s.io,
                            apiregistration.k8s.io, rbac.authorization.k8s.io]
                resources: ["*"]
                verbs: ["*"]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata:
              name: all-but-leases
            roleRef:
              apiGroup: rbac.authorization.k8s.io
              kind: ClusterRole
              name: all-but-leases
            subjects:
              - kind: User
                name: restricted
                apiGroup: rbac.authorization.k8s.io
            """);
    return cluster.user("restricted");
  }

  private long looksOf(String user) {
    return cluster.requests().entries().stream()
        .filter(entry -> entry.request().user().equals(user))
        .filter(entry -> entry.request().resource().equals(InstallerLease.LEASES))
        .count();
  }

  private long worksOf(String user) {
    return cluster.requests().entries().stream()
        .filter(entry -> entry.request().user().equals(user))
        .filter(InstallerLease::isWork)
        .count();
  }

  private CompletableFuture<InstallReport> start(String user, Time time, InstallListener listener) {
    ClusterUser who = cluster.user(user, MASTERS);
    Settings settings =
        new Settings(
            RELEASE,
            null,
            List.of(),
            List.of(vigil, listener),
            LIMIT,
            SmallInstallers.QUICK,
            3,
            LIMIT,
            PruneOptions.defaults(),
            null);
    Engine engine =
        new Engine(
            ConnectedClusters.source(() -> Connection.over(SmallInstallers.client(who))),
            settings,
            time);
    return CompletableFuture.supplyAsync(() -> engine.install(new Run(), null));
  }

  private OpenKruiseInstaller.Builder installer(String user) {
    return SmallInstallers.plain(cluster, cluster.user(user, MASTERS))
        .release(RELEASE)
        .timeout(LIMIT)
        .listener(vigil);
  }

  private static InstallListener onWaiting(CountDownLatch waits) {
    return event -> {
      if (event instanceof InstallEvent.Waiting waiting
          && waiting.object().kind().equals("Lease")) {
        waits.countDown();
      }
    };
  }

  /** The one whom the latch is for does not come late: it is red then, and this goes on. */
  private static void await(CountDownLatch latch) {
    try {
      boolean unused = latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static InstallListener atStage(Stage stage, Runnable action) {
    return event -> {
      if (event instanceof InstallEvent.StageStarted started && started.stage() == stage) {
        action.run();
      }
    };
  }

  private static Failure fails(OpenKruiseInstaller installer) {
    InstallFailedException failed =
        catchThrowableOfType(InstallFailedException.class, installer::install);
    assertThat(failed).isNotNull();
    return failed.failure();
  }

  /** Runs as fast as others do, and is ahead or behind. */
  private record ClockThatIsOff(Duration by) implements Time {
    @Override
    public Instant now() {
      return Instant.now().plus(by);
    }

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      Thread.sleep(duration.toMillis());
    }
  }

  /** Stands still until somebody moves it or lets it go. */
  private static final class StoppedClock implements Time {
    private static final Duration TURN = Duration.ofMillis(5);

    private final long stoppedAt = System.nanoTime();
    private final AtomicLong moved = new AtomicLong();
    private volatile long goneAt = -1;

    void move(Duration by) {
      moved.addAndGet(by.toNanos());
    }

    void go() {
      goneAt = System.nanoTime() - stoppedAt;
    }

    @Override
    public Instant now() {
      return Instant.now();
    }

    @Override
    public long nanos() {
      long since = goneAt < 0 ? 0 : System.nanoTime() - stoppedAt - goneAt;
      return stoppedAt + since + moved.get();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      Thread.sleep((goneAt < 0 && duration.compareTo(TURN) > 0 ? TURN : duration).toMillis());
    }
  }
}
