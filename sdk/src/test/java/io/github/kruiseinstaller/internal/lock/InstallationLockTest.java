package io.github.kruiseinstaller.internal.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.cluster.FakeCluster.ManualTime;
import io.github.kruiseinstaller.internal.lock.InstallationLock.Taken;
import io.github.kruiseinstaller.internal.lock.InstallationLock.Terms;
import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.TestControl;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class InstallationLockTest {
  private static final String NAMESPACE = "kruise-system";
  private static final ObjectRef LEASE =
      ObjectRef.namespaced("coordination.k8s.io/v1", "Lease", NAMESPACE, "kruise-installer");
  private static final ProcessTable NO_TABLE = new ProcessTable(Path.of("/no/such/place"), 1);
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final Duration A_MINUTE = Duration.ofMinutes(1);

  private final FakeCluster cluster = new FakeCluster();
  private final ManualTime time = cluster.time();
  private final List<String> waits = new ArrayList<>();
  private final InstallationLock ours = lock("ours");
  private final InstallationLock theirs = lock("theirs");

  InstallationLockTest() {
    cluster.put(FakeCluster.namespaceManifest(NAMESPACE));
  }

  // ---- taking it ----

  @Test
  void take_whenThereIsNoLease_makesOneThatSaysWhoAndSinceWhen() {
    assertThat(take(ours, A_MINUTE)).isEqualTo(Taken.AS_SEEN);

    Manifest lease = live();
    assertThat(lease.text("spec", "holderIdentity")).isEqualTo("host-ours_1_ours_-");
    assertThat(lease.number(0, "spec", "leaseDurationSeconds")).isEqualTo(10);
    assertThat(lease.text("spec", "acquireTime")).isEqualTo("2025-01-01T00:00:00.000000Z");
    assertThat(lease.text("spec", "renewTime")).isEqualTo("2025-01-01T00:00:00.000000Z");
    assertThat(lease.number(-1, "spec", "leaseTransitions")).isZero();
    assertThat(waits).isEmpty();
  }

  @Test
  void take_whenItWasGivenBack_isAsSeenAndCountsTheTransition() {
    take(theirs, A_MINUTE);
    theirs.release(cluster);

    assertThat(take(ours, A_MINUTE)).isEqualTo(Taken.AS_SEEN);
    assertThat(live().number(0, "spec", "leaseTransitions")).isEqualTo(1);
    assertThat(holder()).contains("ours");
  }

  @Test
  void take_whenSomebodyHasWorkedSinceItWasSeen_saysSo() {
    Sighting before = ours.look(cluster);
    take(theirs, A_MINUTE);
    theirs.release(cluster);

    assertThat(take(ours, before, A_MINUTE)).isEqualTo(Taken.AFTER_ANOTHER);
  }

  @Test
  void take_whenItWasHeldAsItWasSeen_isNeverAsSeen() {
    take(theirs, A_MINUTE);
    Sighting held = ours.look(cluster);
    theirs.release(cluster);

    assertThat(take(ours, held, A_MINUTE)).isEqualTo(Taken.AFTER_ANOTHER);
  }

  @Test
  void take_whenItIsHeldAndThereIsNoPatience_failsAtOnceWithWhoAndUntilWhen() {
    take(theirs, A_MINUTE);

    Failure failure = fails(Duration.ZERO);

    assertThat(failure.code()).isEqualTo(FailureCode.LOCKED);
    assertThat(failure.object()).isEqualTo(LEASE);
    assertThat(failure.message()).contains("process 1 on host host-theirs (run theirs)");
    assertThat(failure.evidence())
        .anyMatch(line -> line.startsWith("held since 2025-01-01T00:00:00.000000Z"))
        .anyMatch(line -> line.startsWith("held until 2025-01-01T00:00:10.000000Z"));
    assertThat(failure.remedy())
        .contains("waitForLock", "kubectl -n kruise-system get lease kruise-installer -o yaml");
    assertThat(time.nanos()).isZero();
  }

  @Test
  void take_whileTheHolderRenews_waitsInVainHoweverLong() {
    take(theirs, A_MINUTE);
    renewsForEver();

    Failure failure = fails(A_MINUTE);

    assertThat(failure.code()).isEqualTo(FailureCode.LOCKED);
    assertThat(elapsed()).isEqualTo(A_MINUTE);
    assertThat(failure.evidence()).contains("waited 1 min 00 s");
    assertThat(waits).containsExactly("process 1 on host host-theirs (run theirs) holds it");
    assertThat(holder()).contains("theirs");
  }

  @Test
  void take_whenTheHolderGivesItBack_hasItSoon() {
    take(theirs, A_MINUTE);
    time.after(Duration.ofSeconds(5), () -> theirs.release(cluster));

    assertThat(take(ours, A_MINUTE)).isEqualTo(Taken.AFTER_ANOTHER);
    assertThat(elapsed()).isBetween(Duration.ofSeconds(5), Duration.ofMillis(5_250));
  }

  @ParameterizedTest
  @ValueSource(longs = {-86_400, -60, 0, 60, 86_400})
  void take_whenTheHolderIsSilent_replacesItAfterItsDurationWhateverItsClockSays(long skew) {
    Instant theirNow = time.now().plusSeconds(skew);
    cluster.put(LeaseRecord.first("elsewhere_7_dead_-", theirNow).lease(LEASE));

    assertThat(take(ours, A_MINUTE)).isEqualTo(Taken.AFTER_ANOTHER);
    assertThat(elapsed()).isBetween(TEN_SECONDS, TEN_SECONDS.plusMillis(250));
  }

  @ParameterizedTest
  @ValueSource(longs = {-86_400, -60, 60, 86_400})
  void take_whileAHolderRenewsWhoseClockIsOff_neverReplacesIt(long skew) {
    Manifest lease =
        cluster.put(
            LeaseRecord.first("elsewhere_7_a1_-", time.now().plusSeconds(skew)).lease(LEASE));
    for (int i = 1; i <= 10; i++) {
      LeaseRecord renewed = LeaseRecord.of(lease).renewed(time.now().plusSeconds(skew + 9L * i));
      time.after(Duration.ofSeconds(9L * i), () -> cluster.put(renewed.in(live())));
    }

    assertThat(fails(Duration.ofSeconds(90)).code()).isEqualTo(FailureCode.LOCKED);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void take_whenTheHoldersProcessOnThisMachineHasEnded_replacesItAtOnce() throws Exception {
    ProcessTable processes = ProcessTable.ofThisMachine();
    assumeThat(processes.id()).isNotEmpty();
    Process child = new ProcessBuilder("sleep", "600").start();
    try {
      long start = processes.startOf(child.pid()).orElseThrow();
      Holder holder = new Holder("here", child.pid(), "dead", processes.id(), start);
      cluster.put(LeaseRecord.first(holder.identity(), time.now()).lease(LEASE));
      InstallationLock here =
          new InstallationLock(NAMESPACE, Holder.ofThisProcess("ours", processes), processes, time);
      assertThatThrownBy(() -> take(here, Duration.ZERO)).isInstanceOf(InstallException.class);

      assertThat(child.destroyForcibly().waitFor(30, TimeUnit.SECONDS)).isTrue();

      assertThat(take(here, Duration.ZERO)).isEqualTo(Taken.AFTER_ANOTHER);
      assertThat(elapsed()).isZero();
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void take_countsFromItsOwnFirstSighting() {
    take(theirs, A_MINUTE);
    time.pass(Duration.ofSeconds(9));

    take(ours, ours.look(cluster), A_MINUTE);

    assertThat(elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds(19));
  }

  @Test
  void take_waitsForTheDurationThatTheLeaseNames() {
    Manifest lease = LeaseRecord.first("elsewhere_7_dead_-", time.now()).lease(LEASE);
    cluster.put(lease.edit(root -> Trees.child(root, "spec").put("leaseDurationSeconds", 40L)));

    take(ours, A_MINUTE);

    assertThat(elapsed()).isBetween(Duration.ofSeconds(40), Duration.ofMillis(40_250));
  }

  @Test
  void take_whenTheDeadlineIsNearerThanThePatience_isLockedAndNotTimedOut() {
    take(theirs, A_MINUTE);
    renewsForEver();

    InstallException failed =
        catchThrowableOfType(
            InstallException.class,
            () ->
                ours.take(
                    cluster, control(Duration.ofSeconds(3)), ours.look(cluster), terms(A_MINUTE)));

    assertThat(failed.failure().code()).isEqualTo(FailureCode.LOCKED);
  }

  @Test
  void take_byTwoAtOnce_isOnlyEverGivenToOne() {
    Sighting seen = ours.look(cluster);
    Sighting seenByThem = theirs.look(cluster);

    assertThat(take(theirs, seenByThem, A_MINUTE)).isEqualTo(Taken.AS_SEEN);
    InstallException failed =
        catchThrowableOfType(InstallException.class, () -> take(ours, seen, Duration.ZERO));

    assertThat(failed.failure().code()).isEqualTo(FailureCode.LOCKED);
    assertThat(holder()).contains("theirs");
  }

  @Test
  void take_whenTheAnswerOfTheCreateIsLost_knowsItsOwnLease() {
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("create") && ref.equals(LEASE) && cluster.peek(LEASE).isEmpty()) {
            cluster.put(java.util.Objects.requireNonNull(body));
          }
          return Optional.empty();
        });

    assertThat(take(ours, A_MINUTE)).isEqualTo(Taken.AS_SEEN);
    assertThatCode(() -> ours.check(cluster)).doesNotThrowAnyException();
  }

  @Test
  void take_whenEveryTryIsStale_givesUpWithConflict() {
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("create")) {
            throw FakeCluster.refusal(verb, ref, 409, "AlreadyExists", "already exists");
          }
          return Optional.empty();
        });

    assertThat(fails(A_MINUTE).code()).isEqualTo(FailureCode.CONFLICT);
  }

  @Test
  void take_whenThereIsNoNamespace_hasItMadeAndTriesAgain() {
    cluster.remove(ObjectRef.cluster("v1", "Namespace", NAMESPACE));
    AtomicInteger made = new AtomicInteger();

    Taken taken =
        ours.take(
            cluster,
            control(A_MINUTE),
            ours.look(cluster),
            new Terms(
                A_MINUTE,
                () -> {
                  cluster.put(FakeCluster.namespaceManifest(NAMESPACE));
                  return made.incrementAndGet() == 1;
                },
                (holder, soFar) -> {}));

    assertThat(taken).isEqualTo(Taken.AS_SEEN);
    assertThat(made).hasValue(1);
  }

  @Test
  void take_whenThereIsNoNamespaceAndNoneIsMade_saysSo() {
    cluster.remove(ObjectRef.cluster("v1", "Namespace", NAMESPACE));

    assertThat(take(ours, A_MINUTE)).isEqualTo(Taken.NO_NAMESPACE);
  }

  @Test
  void take_whenItMayNot_throwsWhatTheApiServerSaid() {
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          throw FakeCluster.refusal(verb, ref, 403, "Forbidden", "may not");
        });

    assertThatThrownBy(() -> take(ours, A_MINUTE))
        .isInstanceOfSatisfying(ClusterException.class, e -> assertThat(e.status()).isEqualTo(403));
  }

  // ---- holding it ----

  @Test
  void check_readsTheLeaseOnce_andWritesNothing() {
    take(ours, A_MINUTE);
    cluster.forgetRequests();

    ours.check(cluster);

    assertThat(cluster.requests().stream().map(Object::toString)).containsExactly("get " + LEASE);
  }

  @Test
  void check_whenSomebodyElseHasIt_isLostForGood() {
    take(ours, A_MINUTE);
    cluster.put(LeaseRecord.of(live()).taken("elsewhere_7_a1_-", time.now()).in(live()));

    Failure failure = lost(() -> ours.check(cluster));

    assertThat(failure.message()).contains("process 7 on host elsewhere (run a1) holds it");
    cluster.put(LeaseRecord.of(live()).taken(ours.identity(), time.now()).in(live()));
    assertThat(lost(() -> ours.require(cluster))).isEqualTo(failure);
  }

  @Test
  void require_whenTheMachineWasSuspendedAndSomebodyElseHasTakenIt_isLost() {
    take(ours, A_MINUTE);
    cluster.put(LeaseRecord.of(live()).taken("elsewhere_7_a1_-", time.now()).in(live()));
    time.suspend(A_MINUTE);

    assertThat(lost(() -> ours.require(cluster)).message())
        .contains("process 7 on host elsewhere (run a1) holds it");
  }

  @ParameterizedTest
  @ValueSource(longs = {3600, -3600})
  void require_whenTheClockWasSet_renewsOnceAndGoesOn(long seconds) {
    take(ours, A_MINUTE);
    time.suspend(Duration.ofSeconds(seconds));
    cluster.forgetRequests();

    ours.require(cluster);
    ours.require(cluster);

    assertThat(cluster.requests().stream().map(Object::toString))
        .containsExactly("replace " + LEASE);
  }

  @Test
  void check_whenTheLeaseIsDeleted_isLost() {
    take(ours, A_MINUTE);
    cluster.remove(LEASE);

    assertThat(lost(() -> ours.check(cluster)).message()).contains("somebody has deleted it");
  }

  @Test
  void check_whenItWasDeletedAndMadeAnewInOurName_isLost() {
    take(ours, A_MINUTE);
    Manifest lease = LeaseRecord.of(live()).lease(LEASE);
    cluster.remove(LEASE);
    cluster.put(lease);

    lost(() -> ours.check(cluster));
  }

  @Test
  void check_whenTheHolderIsRemovedByHand_isLost() {
    take(ours, A_MINUTE);
    cluster.put(LeaseRecord.of(live()).released(time.now()).in(live()));

    assertThat(lost(() -> ours.check(cluster)).message()).contains("taken it away");
  }

  @Test
  void check_whenSomethingElseOfItIsEditedByHand_goesOnAndMendsIt() {
    take(ours, A_MINUTE);
    cluster.put(live().edit(root -> Trees.child(root, "spec").put("leaseDurationSeconds", 1L)));

    ours.check(cluster);
    ours.renew(cluster);

    assertThat(live().number(0, "spec", "leaseDurationSeconds")).isEqualTo(10);
    assertThat(holder()).contains("ours");
  }

  @Test
  void require_shortlyAfterARenewal_asksNobody() {
    take(ours, A_MINUTE);
    time.pass(Duration.ofMillis(6_900));
    cluster.forgetRequests();

    ours.require(cluster);

    assertThat(cluster.requests()).isEmpty();
  }

  @Test
  void require_whenItCouldHaveRunOut_renewsBeforeAnythingIsWritten() {
    take(ours, A_MINUTE);
    time.pass(Duration.ofHours(1));
    cluster.forgetRequests();

    ours.require(cluster);

    assertThat(cluster.requests().stream().map(Object::toString))
        .containsExactly("replace " + LEASE);
    assertThat(live().text("spec", "renewTime")).isEqualTo("2025-01-01T01:00:00.000000Z");
    assertThat(live().text("spec", "acquireTime")).isEqualTo("2025-01-01T00:00:00.000000Z");
  }

  @Test
  void require_whenManyWritersNeedARenewal_renewsOnceForAll() throws InterruptedException {
    take(ours, A_MINUTE);
    time.pass(Duration.ofHours(1));
    cluster.forgetRequests();
    Thread other = new Thread(() -> ours.require(cluster), "other writer");
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (other.getState() == Thread.State.NEW) {
            other.start();
            while (other.getState() == Thread.State.RUNNABLE) {
              Thread.onSpinWait();
            }
          }
          return Optional.empty();
        });

    ours.require(cluster);
    other.join();

    assertThat(cluster.requests().stream().map(Object::toString))
        .containsExactly("replace " + LEASE);
  }

  @Test
  void require_whenItHasRunOutAndSomebodyElseHasIt_isLost() {
    take(ours, A_MINUTE);
    take(theirs, A_MINUTE);

    lost(() -> ours.require(cluster));
    assertThat(holder()).contains("theirs");
  }

  @Test
  void require_whenItCannotRenew_throwsAndIsNotLost() {
    take(ours, A_MINUTE);
    time.pass(Duration.ofSeconds(8));
    AtomicInteger refusals = new AtomicInteger(1);
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("replace") && refusals.getAndDecrement() > 0) {
            throw FakeCluster.refusal(verb, ref, 503, "ServiceUnavailable", "not now");
          }
          return Optional.empty();
        });

    assertThatThrownBy(() -> ours.require(cluster)).isInstanceOf(ClusterException.class);
    assertThatCode(() -> ours.require(cluster)).doesNotThrowAnyException();
  }

  @Test
  void renew_whenTheAnswerOfTheLastOneWasLost_goesOnFromItsOwn() {
    take(ours, A_MINUTE);
    cluster.put(LeaseRecord.of(live()).renewed(time.now().plusSeconds(3)).in(live()));

    ours.renew(cluster);

    assertThat(holder()).contains("ours");
  }

  @Test
  void keep_renewsEveryThreeSecondsAndTriesAgainSoonerWhenThatFails() throws Exception {
    take(ours, A_MINUTE);
    List<Long> renewals = new ArrayList<>();
    CountDownLatch failed = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("replace")) {
            renewals.add(Duration.ofNanos(time.nanos()).toSeconds());
            if (renewals.size() == 1) {
              failed.countDown();
              throw FakeCluster.refusal(verb, ref, 503, "ServiceUnavailable", "not now");
            }
            second.countDown();
          }
          return Optional.empty();
        });
    try (Workers workers = new Workers("test", new Cancellation())) {
      ours.keep(workers, cluster);
      passUntil(failed);
      passUntil(second);

      assertThat(renewals.get(0)).isGreaterThanOrEqualTo(3);
      assertThat(renewals.get(1)).isBetween(renewals.get(0), renewals.get(0) + 60);
      ours.release(cluster);
      assertThat(LeaseRecord.of(live()).isFree()).isTrue();
    }
  }

  // ---- giving it back ----

  @Test
  void release_leavesTheLeaseAndNamesNobody() {
    take(ours, A_MINUTE);

    ours.release(cluster);

    assertThat(holder()).isEmpty();
    assertThatThrownBy(() -> ours.require(cluster)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void release_afterARenewalOfWhichNothingWasHeard_worksAllTheSame() {
    take(ours, A_MINUTE);
    cluster.put(LeaseRecord.of(live()).renewed(time.now().plusSeconds(3)).in(live()));

    ours.release(cluster);

    assertThat(holder()).isEmpty();
  }

  @Test
  void release_whileARenewalIsAboutToReturn_letsNothingBeWrittenAfterwards() {
    take(ours, A_MINUTE);
    Cluster releasing =
        (Cluster)
            Proxy.newProxyInstance(
                Cluster.class.getClassLoader(),
                new Class<?>[] {Cluster.class},
                (proxy, method, arguments) -> {
                  Object answer = method.invoke(cluster, arguments);
                  ours.release(cluster);
                  return answer;
                });

    ours.renew(releasing);

    assertThat(holder()).isEmpty();
    assertThatThrownBy(() -> ours.require(cluster)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void release_whenSomebodyElseHasIt_leavesItAlone() {
    take(ours, A_MINUTE);
    take(theirs, A_MINUTE);
    String version = live().resourceVersion();

    ours.release(cluster);

    assertThat(live().resourceVersion()).isEqualTo(version);
  }

  @Test
  void release_whenItIsGone_makesNone() {
    take(ours, A_MINUTE);
    cluster.remove(LEASE);

    ours.release(cluster);

    assertThat(cluster.peek(LEASE)).isEmpty();
  }

  @Test
  void release_whenTheApiServerRefuses_doesNotThrow() {
    take(ours, A_MINUTE);
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          throw FakeCluster.refusal(verb, ref, 500, "InternalError", "no");
        });

    assertThatCode(() -> ours.release(cluster)).doesNotThrowAnyException();
  }

  // ---- inside ----

  private void renewsForEver() {
    for (int i = 1; i <= 100; i++) {
      time.after(Duration.ofSeconds(3L * i), () -> theirs.renew(cluster));
    }
  }

  /** Lets time pass in steps until something that goes on beside it has happened. */
  private void passUntil(CountDownLatch happened) throws InterruptedException {
    for (int i = 0; i < 60 && happened.getCount() > 0; i++) {
      time.pass(Duration.ofSeconds(1));
      if (happened.await(200, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
    assertThat(happened.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private Failure fails(Duration patience) {
    InstallException failed =
        catchThrowableOfType(InstallException.class, () -> take(ours, patience));
    assertThat(failed).isNotNull();
    return failed.failure();
  }

  private static Failure lost(org.assertj.core.api.ThrowableAssert.ThrowingCallable use) {
    InstallException failed = catchThrowableOfType(InstallException.class, use);
    assertThat(failed).isNotNull();
    assertThat(failed.failure().code()).isEqualTo(FailureCode.LOCK_LOST);
    assertThat(failed.failure().object()).isEqualTo(LEASE);
    return failed.failure();
  }

  private Taken take(InstallationLock lock, Duration patience) {
    return take(lock, lock.look(cluster), patience);
  }

  private Taken take(InstallationLock lock, Sighting seen, Duration patience) {
    return lock.take(cluster, control(Duration.ofHours(1)), seen, terms(patience));
  }

  private Terms terms(Duration patience) {
    return new Terms(patience, () -> false, (holder, soFar) -> waits.add(holder));
  }

  private RunControl control(Duration limit) {
    return TestControl.within(limit, time);
  }

  private InstallationLock lock(String run) {
    return new InstallationLock(
        NAMESPACE, new Holder("host-" + run, 1, run, "", 0), NO_TABLE, time);
  }

  private Duration elapsed() {
    return Duration.ofNanos(time.nanos());
  }

  private Manifest live() {
    return cluster.peek(LEASE).orElseThrow();
  }

  private String holder() {
    return LeaseRecord.of(live()).holder();
  }
}
