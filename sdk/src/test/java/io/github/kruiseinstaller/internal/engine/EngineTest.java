package io.github.kruiseinstaller.internal.engine;

import static io.github.kruiseinstaller.internal.engine.SimulatedManager.DAEMON;
import static io.github.kruiseinstaller.internal.engine.SimulatedManager.DEPLOYMENT;
import static io.github.kruiseinstaller.internal.engine.SimulatedManager.MUTATING;
import static io.github.kruiseinstaller.internal.engine.SimulatedManager.NAMESPACE;
import static io.github.kruiseinstaller.internal.engine.SimulatedManager.VALIDATING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.planner.RetryNow;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.RetryPolicy;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.StageOutcome;
import io.github.kruiseinstaller.report.StageStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EngineTest {
  private static final Set<Stage> NOT_IN_A_FIRST_INSTALL =
      EnumSet.of(
          Stage.DISARM, Stage.TAKE_OVER, Stage.CUT_OVER, Stage.RETIRE, Stage.SETTLE, Stage.PRUNE);

  private static final ObjectRef CLONE_SETS =
      ObjectRef.cluster(
          "apiextensions.k8s.io/v1", "CustomResourceDefinition", "clonesets.apps.kruise.io");

  private static final ObjectRef REPLICA_SET =
      ObjectRef.namespaced("apps/v1", "ReplicaSet", NAMESPACE, "kruise-controller-manager-1");

  private static final ObjectRef LEASE =
      ObjectRef.namespaced("coordination.k8s.io/v1", "Lease", NAMESPACE, "kruise-installer");

  private final FakeCluster cluster = new FakeCluster();
  private final SimulatedManager manager = new SimulatedManager(cluster);
  private final List<InstallEvent> events = new CopyOnWriteArrayList<>();

  @Test
  void install_onAnEmptyCluster_parksBeforeTheManagerAndArmsAfterTheProof() {
    InstallReport report = install();

    assertThat(report.succeeded()).isTrue();
    assertThat(report.stages())
        .extracting(StageOutcome::stage)
        .containsExactly(
            Stage.LOAD,
            Stage.PLAN,
            Stage.NAMESPACE,
            Stage.INVENTORY,
            Stage.CRDS,
            Stage.PARK,
            Stage.MANAGER,
            Stage.ROLLOUT,
            Stage.PROVE,
            Stage.ARM,
            Stage.ENFORCE,
            Stage.VERIFY);
    List<String> writes = installed();
    int deployed = writes.indexOf("apply " + DEPLOYMENT);
    assertThat(writes.indexOf("create " + MUTATING)).isBetween(0, deployed);
    assertThat(writes.indexOf("create " + VALIDATING)).isBetween(0, deployed);
    assertThat(writes.indexOf("replace " + MUTATING)).isGreaterThan(deployed);
    assertThat(armed()).isTrue();
  }

  @Test
  void install_whenItIsAllThere_writesNothing() {
    install();
    Manifest lease = live(LEASE).orElseThrow();
    cluster.forgetRequests();
    events.clear();

    InstallReport report = install();

    assertThat(installed()).isEmpty();
    assertThat(live(LEASE)).contains(lease);
    assertThat(cluster.requests())
        .noneMatch(
            one ->
                one.verb().equals("watch") && one.ref().kind().equals("CustomResourceDefinition"));
    assertThat(report.writes()).isZero();
    assertThat(report.succeeded()).isTrue();
  }

  @Test
  void install_whenTheManagerNeverBecomesReady_endsParkedWithTheReason() {
    manager.healthy(false);

    InstallFailedException failed = installFails();

    assertThat(failed.failure().code()).isEqualTo(FailureCode.MANAGER_NOT_READY);
    assertThat(failed.failure().stage()).isEqualTo(Stage.ROLLOUT);
    assertThat(failed.failure().remedy()).isNotBlank();
    assertThat(parked()).isTrue();
    assertThat(status(failed, Stage.ROLLOUT)).isEqualTo(StageStatus.FAILED);
    assertThat(status(failed, Stage.ARM)).isEqualTo(StageStatus.SKIPPED);
  }

  @Test
  void install_whetherItSucceedsOrFails_givesTheLockBack() {
    manager.healthy(false);
    installFails();
    assertThat(cluster.peek(LEASE).orElseThrow().text("spec", "holderIdentity")).isEmpty();
    manager.healthy(true);
    cluster.remove(DEPLOYMENT);

    install();

    assertThat(cluster.peek(LEASE).orElseThrow().text("spec", "holderIdentity")).isEmpty();
    assertThat(cluster.peek(LEASE).orElseThrow().number(0, "spec", "leaseTransitions"))
        .isEqualTo(1);
  }

  @Test
  void install_readsTheLeaseBeforeEveryStageThatWrites() {
    install();

    List<FakeCluster.Request> requests = cluster.requests();
    // A stage writes several objects at once: any of them may be its first.
    for (Set<String> stage :
        List.of(
            Set.of("CustomResourceDefinition"),
            Set.of(
                "ServiceAccount",
                "Role",
                "RoleBinding",
                "ClusterRole",
                "ClusterRoleBinding",
                "Service",
                "Secret",
                MUTATING.kind(),
                VALIDATING.kind()),
            Set.of(DEPLOYMENT.kind(), DAEMON.kind()))) {
      int first =
          IntStream.range(0, requests.size())
              .filter(i -> requests.get(i).isWrite())
              .filter(i -> stage.contains(requests.get(i).ref().kind()))
              .findFirst()
              .orElseThrow();
      int before =
          IntStream.range(0, first)
              .filter(i -> requests.get(i).isWrite())
              .reduce((one, next) -> next)
              .orElseThrow();
      assertThat(requests.subList(before, first))
          .as("between %s and %s", requests.get(before), requests.get(first))
          .extracting(Object::toString)
          .contains("get " + LEASE);
    }
  }

  @Test
  void install_whenTheDefinitionsAreThere_writesNothingBeforeTheLock() {
    install();
    cluster.remove(DEPLOYMENT);
    cluster.forgetRequests();

    install();

    assertThat(cluster.writes().get(0)).hasToString("replace " + LEASE);
  }

  @Test
  void install_afterTheCauseIsMended_finishesTheWork() {
    manager.healthy(false);
    installFails();
    manager.healthy(true);
    cluster.remove(DEPLOYMENT);

    assertThat(install().succeeded()).isTrue();
    assertThat(armed()).isTrue();
  }

  @Test
  void install_whenTheApiServerCannotReachTheManager_neverArms() {
    manager.reachable(false);

    InstallFailedException failed = installFails();

    assertThat(failed.failure().code()).isEqualTo(FailureCode.PROOF_FAILED);
    assertThat(failed.failure().evidence()).anyMatch(line -> line.contains("connection refused"));
    assertThat(parked()).isTrue();
    assertThat(events).noneMatch(event -> event instanceof InstallEvent.ArmingChanged);
    assertThat(proofsLeft()).isEmpty();
  }

  @Test
  void install_whenAnInvalidObjectPassesAfterArming_disarms() {
    manager.denying(false);

    InstallFailedException failed = installFails();

    assertThat(failed.failure().code()).isEqualTo(FailureCode.VERIFICATION_FAILED);
    assertThat(parked()).isTrue();
    assertThat(events)
        .filteredOn(event -> event instanceof InstallEvent.ArmingChanged)
        .extracting(event -> ((InstallEvent.ArmingChanged) event).armed())
        .containsExactly(true, true, true, true, false, false);
  }

  @Test
  void install_whenItArmedNothingAndAnInvalidObjectPasses_leavesTheWebhooksAndNamesRepair() {
    install();
    manager.denying(false);
    events.clear();

    InstallFailedException failed = installFails();

    assertThat(failed.failure().code()).isEqualTo(FailureCode.VERIFICATION_FAILED);
    assertThat(failed.failure().message()).contains("armed nothing");
    assertThat(failed.failure().remedy()).contains("repair()");
    assertThat(armed()).isTrue();
    assertThat(events).noneMatch(event -> event instanceof InstallEvent.ArmingChanged);
  }

  @Test
  void install_enforcesOnlyOnceEveryReplicaHasStayedReady() {
    List<String> armed = new ArrayList<>();
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("replace") && ref.equals(MUTATING) && body != null) {
            armed.add(
                policies(body)
                    + " with "
                    + cluster.peek(DEPLOYMENT).orElseThrow().at("status", "availableReplicas"));
          }
          return Optional.empty();
        });

    install();

    assertThat(armed).containsExactly("[Ignore] with 0", "[Fail] with 2");
  }

  @Test
  void install_whenTheManagerEndsRightAfterArming_hasLetItsRequestsThroughAndParks() {
    manager.staysReady(false);
    List<Set<String>> armed = new ArrayList<>();
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("replace") && !ref.equals(LEASE) && body != null) {
            armed.add(policies(body));
          }
          return Optional.empty();
        });

    InstallFailedException failed = installFails();

    assertThat(failed.failure().code()).isEqualTo(FailureCode.MANAGER_NOT_READY);
    assertThat(failed.failure().stage()).isEqualTo(Stage.ENFORCE);
    assertThat(armed).contains(Set.of("Ignore")).doesNotContain(Set.of("Fail"));
    assertThat(parked()).isTrue();
  }

  @Test
  void install_afterARunThatWasKilledOnProbation_enforces() {
    install();
    for (ObjectRef ref : List.of(MUTATING, VALIDATING)) {
      cluster.put(WebhookConfigurations.onProbation(live(ref).orElseThrow()));
    }

    InstallPlan plan = engine().plan(new Run());
    install();

    assertThat(plan.stage(Stage.ENFORCE).orElseThrow().writes()).isEqualTo(2);
    assertThat(policies(live(MUTATING).orElseThrow())).containsExactly("Fail");
    assertThat(policies(live(VALIDATING).orElseThrow())).containsExactly("Fail");
  }

  private static Set<String> policies(Manifest configuration) {
    return configuration.maps("webhooks").stream()
        .map(entry -> String.valueOf(entry.getOrDefault("failurePolicy", "Fail")))
        .collect(Collectors.toSet());
  }

  @Test
  void install_whenTheDaemonDoesNotRun_isDegradedNotFailed() {
    manager.daemonRuns(false);

    InstallReport report = install();

    assertThat(report.succeeded()).isTrue();
    assertThat(report.degraded()).singleElement().asString().startsWith(DAEMON.toString());
    assertThat(armed()).isTrue();
  }

  @Test
  void plan_whenArmedConfigurationsHaveNobodyBehindThem_disarmsFirst() {
    install();
    cluster.remove(DEPLOYMENT);
    cluster.remove(endpoints());

    InstallPlan plan = engine().plan(new Run());

    assertThat(plan.stages().get(0).stage()).isEqualTo(Stage.DISARM);
    assertThat(plan.change(Stage.DISARM, MUTATING).orElseThrow().action())
        .isEqualTo(ChangeAction.DISARM);
    assertThat(plan.stages().get(0).why()).contains("nobody answers");
  }

  @Test
  void install_overADeadIncident_disarmsHealsAndArms() {
    install();
    cluster.remove(DEPLOYMENT);
    cluster.remove(endpoints());
    cluster.put(FakeCluster.namespaceManifest(NAMESPACE));
    cluster.forgetRequests();

    install();

    List<String> writes = installed();
    assertThat(writes.get(0)).isEqualTo("replace " + VALIDATING);
    assertThat(writes.get(1)).isEqualTo("replace " + MUTATING);
    assertThat(cluster.peek(ObjectRef.cluster("v1", "Namespace", NAMESPACE)).orElseThrow().labels())
        .containsEntry("control-plane", "openkruise");
    assertThat(armed()).isTrue();
  }

  @Test
  void install_whenADaemonSetOfAnotherManagerWaitsForItsBackOff_retriesAndDoesNotApplyIt() {
    install();
    cluster.conflict(DAEMON, "helm", ".spec.template.spec.containers");
    waitsForItsBackOff(DAEMON, Map.of("desiredNumberScheduled", 1, "currentNumberScheduled", 0));
    cluster.forgetRequests();

    InstallReport report = install();

    assertThat(report.succeeded()).isTrue();
    assertThat(installed()).containsExactly("patch " + DAEMON);
    assertThat(cluster.peek(DAEMON).orElseThrow().map("metadata", "annotations"))
        .containsKey(RetryNow.ANNOTATION);
  }

  @Test
  void plan_whenADaemonSetWaitsForItsBackOff_namesItOnce() {
    install();
    waitsForItsBackOff(DAEMON, Map.of("desiredNumberScheduled", 1, "currentNumberScheduled", 0));

    InstallPlan plan = engine().plan(new Run());

    assertThat(plan.stage(Stage.MANAGER).orElseThrow().changes())
        .filteredOn(change -> change.object().equals(DAEMON))
        .singleElement()
        .extracting(PlannedChange::action)
        .isEqualTo(ChangeAction.RETRY);
  }

  @Test
  void install_whenReplicaSetsMayBePatchedButNotMade_retriesThem() {
    install();
    cluster.put(
        Manifest.of(
            Map.of(
                "apiVersion",
                REPLICA_SET.apiVersion(),
                "kind",
                REPLICA_SET.kind(),
                "metadata",
                Map.of(
                    "name",
                    REPLICA_SET.name(),
                    "namespace",
                    NAMESPACE,
                    "labels",
                    Map.of("control-plane", "controller-manager")),
                "spec",
                Map.of("replicas", 2))));
    cluster.deny("create", "ReplicaSet");
    cluster.forgetRequests();

    assertThat(install().succeeded()).isTrue();
    assertThat(installed()).containsExactly("patch " + REPLICA_SET);
  }

  private void waitsForItsBackOff(ObjectRef workload, Map<String, Object> status) {
    cluster.put(cluster.peek(workload).orElseThrow().edit(root -> root.put("status", status)));
  }

  @Test
  void install_withAPlan_whenTheClusterHasMovedOn_writesNothing() {
    InstallPlan plan = engine().plan(new Run());
    cluster.put(FakeCluster.namespaceManifest(NAMESPACE, "control-plane", "openkruise"));
    cluster.forgetRequests();

    InstallFailedException failed =
        catchThrowableOfType(InstallFailedException.class, () -> engine().install(new Run(), plan));

    assertThat(failed.failure().code()).isEqualTo(FailureCode.PLAN_STALE);
    assertThat(failed.failure().evidence()).anyMatch(line -> line.contains("Namespace"));
    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void install_withAPlan_whenNothingHasChanged_carriesItOut() {
    InstallPlan plan = engine().plan(new Run());

    assertThat(engine().install(new Run(), plan).planFingerprint()).isEqualTo(plan.fingerprint());
  }

  @Test
  void install_whenPermissionsAreMissing_namesThemAllBeforeAnyWrite() {
    cluster.deny("create", "ClusterRole").deny("patch", "Deployment");

    InstallFailedException failed = installFails();

    assertThat(failed.failure().code()).isEqualTo(FailureCode.PERMISSION_DENIED);
    assertThat(failed.failure().evidence())
        .anyMatch(line -> line.startsWith("create ClusterRole"))
        .anyMatch(line -> line.startsWith("patch Deployment"));
    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void install_whenTheNamespaceIsBeingDeleted_saysSoBeforeAnyWrite() {
    cluster.put(
        FakeCluster.namespaceManifest(NAMESPACE)
            .edit(
                root ->
                    Trees.map(root, "metadata").put("deletionTimestamp", "2025-01-01T00:00:00Z")));

    InstallFailedException failed = installFails();

    assertThat(failed.failure().code()).isEqualTo(FailureCode.NAMESPACE_TERMINATING);
    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void install_whenADefinitionIsBeingDeleted_saysSoBeforeAnyWrite() {
    install();
    cluster.put(
        live(CLONE_SETS)
            .orElseThrow()
            .edit(
                root ->
                    Trees.map(root, "metadata").put("deletionTimestamp", "2025-01-01T00:00:00Z")));
    Manifest lease = live(LEASE).orElseThrow();
    cluster.forgetRequests();

    InstallFailedException failed = installFails();

    assertThat(failed.failure().code()).isEqualTo(FailureCode.CRD_NOT_ESTABLISHED);
    assertThat(failed.failure().stage()).isEqualTo(Stage.PLAN);
    assertThat(failed.failure().object()).isEqualTo(CLONE_SETS);
    assertThat(failed.failure().message()).contains("is being deleted");
    assertThat(failed.failure().evidence()).anyMatch(line -> line.contains("2025-01-01T00:00:00Z"));
    assertThat(failed.failure().remedy()).contains("kubectl get crd " + CLONE_SETS.name());
    assertThat(installed()).isEmpty();
    assertThat(live(LEASE)).contains(lease);
  }

  @Test
  void install_whenAnUnchangedDefinitionIsNotServed_awaitsIt() {
    install();
    establish(CLONE_SETS, "False");
    cluster.forgetRequests();

    InstallFailedException failed = installFails();

    assertThat(failed.failure().code()).isEqualTo(FailureCode.CRD_NOT_ESTABLISHED);
    assertThat(failed.failure().stage()).isEqualTo(Stage.CRDS);
    assertThat(failed.failure().object()).isEqualTo(CLONE_SETS);
    assertThat(failed.failure().message()).contains("names not accepted");
    assertThat(installed()).isEmpty();
  }

  @Test
  void install_whenAnUnchangedDefinitionIsServedMeanwhile_goesOnWithoutAWrite() {
    install();
    establish(CLONE_SETS, "False");
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("watch") && ref.kind().equals("CustomResourceDefinition")) {
            establish(CLONE_SETS, "True");
          }
          return Optional.empty();
        });

    InstallReport report = install();

    assertThat(report.succeeded()).isTrue();
    assertThat(report.writes()).isZero();
  }

  private void establish(ObjectRef definition, String status) {
    cluster.put(
        live(definition)
            .orElseThrow()
            .edit(
                root ->
                    Trees.child(root, "status")
                        .put(
                            "conditions",
                            List.of(
                                Map.of("type", "NamesAccepted", "status", status),
                                Map.of("type", "Established", "status", status)))));
  }

  @Test
  void install_whenCancelledInAnyStage_endsCancelledAndNotArmed() {
    for (Stage stage : Stage.values()) {
      if (NOT_IN_A_FIRST_INSTALL.contains(stage) || stage.isOfUninstall()) {
        continue;
      }
      FakeCluster fresh = new FakeCluster();
      SimulatedManager unused = new SimulatedManager(fresh);
      assertThat(unused).isNotNull();
      Run run = new Run();
      List<InstallEvent> seen = new ArrayList<>();
      Engine engine =
          engine(
              fresh,
              event -> {
                seen.add(event);
                if (event instanceof InstallEvent.StageStarted started
                    && started.stage() == stage) {
                  run.cancellation().cancel();
                }
              });

      InstallFailedException failed =
          catchThrowableOfType(InstallFailedException.class, () -> engine.install(run, null));

      assertThat(failed).as("cancelled in %s", stage).isNotNull();
      assertThat(failed.failure().code()).isEqualTo(FailureCode.CANCELLED);
      assertThat(seen.get(seen.size() - 1)).isInstanceOf(InstallEvent.Failed.class);
      assertThat(fresh.peek(MUTATING).map(WebhookConfigurations::isArmed).orElse(false))
          .as("armed after a cancel in %s", stage)
          .isFalse();
    }
  }

  @Test
  void install_tellsThePlanFirstAndExactlyOneTerminalEventLast() {
    install();

    assertThat(events).filteredOn(event -> event instanceof InstallEvent.Planned).hasSize(1);
    assertThat(events)
        .filteredOn(
            event ->
                event instanceof InstallEvent.Succeeded || event instanceof InstallEvent.Failed)
        .containsExactly(events.get(events.size() - 1));
  }

  @Test
  void install_whenAListenerThrows_goesOn() {
    Engine engine =
        engine(
            cluster,
            event -> {
              throw new IllegalStateException("a listener's own problem");
            });

    assertThat(engine.install(new Run(), null).succeeded()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("whatListenersThrowElsewhere")
  void install_whenAListenerThrowsWhatItCannotDeclare_goesOn(Throwable thrown) {
    Set<Boolean> onWorkers = ConcurrentHashMap.newKeySet();
    Engine engine =
        engine(
            cluster,
            event -> {
              if (event instanceof InstallEvent.ObjectWritten
                  || event instanceof InstallEvent.StageStarted) {
                onWorkers.add(Thread.currentThread().getName().startsWith("kruise-installer-"));
                EngineTest.<RuntimeException>sneak(thrown);
              }
            });

    assertThat(engine.install(new Run(), null).succeeded()).isTrue();
    assertThat(onWorkers).containsExactlyInAnyOrder(true, false);
  }

  static List<Throwable> whatListenersThrowElsewhere() {
    return List.of(
        new IOException("a checked exception of another language"),
        new AssertionError("a failed assertion"),
        new NoClassDefFoundError("a class that is not there"),
        new StackOverflowError());
  }

  @Test
  void install_whenAListenerThrowsAnInterrupt_keepsTheFlag() {
    Engine engine =
        engine(
            cluster,
            event -> {
              if (event instanceof InstallEvent.Succeeded) {
                EngineTest.<RuntimeException>sneak(new InterruptedException());
              }
            });

    assertThat(engine.install(new Run(), null).succeeded()).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void install_whenMemoryRunsOutInAListenerWhileArming_disarmsAndReports() {
    AtomicBoolean thrown = new AtomicBoolean();
    Engine engine =
        engine(
            cluster,
            event -> {
              events.add(event);
              if (event instanceof InstallEvent.ArmingChanged
                  && thrown.compareAndSet(false, true)) {
                throw new OutOfMemoryError("thrown by a test");
              }
            });

    endsInternalAndParked(engine, OutOfMemoryError.class);
  }

  @Test
  void install_whenAnErrorIsThrownBetweenTheWritesOfArming_disarmsAndReports() {
    throwOnceArmed(VALIDATING, "replace");

    endsInternalAndParked(engine(), NoClassDefFoundError.class);
  }

  @Test
  void install_whenAnErrorIsThrownAfterArming_disarmsAndReports() {
    throwOnceArmed(DEPLOYMENT, "get");

    endsInternalAndParked(engine(), NoClassDefFoundError.class);
  }

  /** The first time that a request is made of the object once the mutating webhooks are armed. */
  private void throwOnceArmed(ObjectRef object, String request) {
    AtomicBoolean thrown = new AtomicBoolean();
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals(request)
              && ref.equals(object)
              && live(MUTATING).map(WebhookConfigurations::isArmed).orElse(false)
              && thrown.compareAndSet(false, true)) {
            throw new NoClassDefFoundError("thrown by a test");
          }
          return Optional.empty();
        });
  }

  private void endsInternalAndParked(Engine engine, Class<? extends Error> cause) {
    InstallFailedException failed =
        catchThrowableOfType(InstallFailedException.class, () -> engine.install(new Run(), null));

    assertThat(failed.failure().code()).isEqualTo(FailureCode.INTERNAL);
    assertThat(failed).hasCauseInstanceOf(cause);
    assertThat(failed.report().failure()).isEqualTo(failed.failure());
    assertThat(parked()).isTrue();
    assertThat(events)
        .filteredOn(
            event ->
                event instanceof InstallEvent.Succeeded || event instanceof InstallEvent.Failed)
        .containsExactly(events.get(events.size() - 1));
  }

  @SuppressWarnings("unchecked") // what other languages can do without
  private static <E extends Throwable> void sneak(Throwable thrown) throws E {
    throw (E) thrown;
  }

  @Test
  void plan_onAnEmptyCluster_writesNothingAndNamesEveryObject() {
    InstallPlan plan = engine().plan(new Run());

    assertThat(cluster.writes()).isEmpty();
    assertThat(plan.stages().stream().mapToLong(PlannedStage::writes).sum()).isEqualTo(16);
    assertThat(plan.blastRadius())
        .extracting(row -> row.webhook())
        .contains("mpod.kb.io", "vpod.kb.io", "mcloneset.kb.io", "vcloneset.kb.io");
  }

  @Test
  void plan_whenAnythingIsRefused_saysSoBeforeAnyWrite() {
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (dryRun && ref.kind().equals("CustomResourceDefinition")) {
            throw FakeCluster.refusal(verb, ref, 422, "Invalid", "schema is not structural");
          }
          return Optional.empty();
        });

    InstallFailedException failed = installFails();

    assertThat(failed.failure().code()).isEqualTo(FailureCode.OBJECT_REJECTED);
    assertThat(failed.failure().stage()).isEqualTo(Stage.PLAN);
    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void install_readsNoObjectTwiceForThePlan() {
    install();
    cluster.forgetRequests();

    engine().plan(new Run());

    assertThat(cluster.requests()).doesNotHaveDuplicates();
  }

  /** What was written but the lock. */
  private List<String> installed() {
    return cluster.writes().stream()
        .filter(write -> !write.ref().kind().equals("Lease"))
        .map(Object::toString)
        .toList();
  }

  private InstallReport install() {
    return engine().install(new Run(), null);
  }

  private InstallFailedException installFails() {
    InstallFailedException failed =
        catchThrowableOfType(InstallFailedException.class, this::install);
    assertThat(failed).as("the run succeeded").isNotNull();
    assertThat(failed.report().failure()).isEqualTo(failed.failure());
    return failed;
  }

  private Engine engine() {
    return engine(cluster, events::add);
  }

  private static Engine engine(
      FakeCluster target, io.github.kruiseinstaller.event.InstallListener listener) {
    Settings settings =
        new Settings(
            ReleaseSource.classpath(
                "io/github/kruiseinstaller/testing/small-release.yaml",
                EngineTest.class.getClassLoader()),
            null,
            List.of(),
            List.of(listener),
            Duration.ofSeconds(60),
            RetryPolicy.defaults(),
            3,
            Duration.ofSeconds(30),
            PruneOptions.defaults(),
            null);
    return new Engine(() -> new Fixed(target), settings, target.time());
  }

  private boolean armed() {
    return live(MUTATING).map(WebhookConfigurations::isArmed).orElse(false)
        && live(VALIDATING).map(WebhookConfigurations::isArmed).orElse(false);
  }

  private boolean parked() {
    return live(MUTATING).map(WebhookConfigurations::isParked).orElse(false)
        && live(VALIDATING).map(WebhookConfigurations::isParked).orElse(false);
  }

  private Optional<Manifest> live(ObjectRef ref) {
    return cluster.peek(ref);
  }

  private List<Manifest> proofsLeft() {
    return cluster
        .list(Cluster.Query.all(VALIDATING.apiVersion(), VALIDATING.kind(), null))
        .items()
        .stream()
        .filter(live -> !live.ref().equals(VALIDATING))
        .toList();
  }

  private static StageStatus status(InstallFailedException failed, Stage stage) {
    return failed.report().stages().stream()
        .filter(outcome -> outcome.stage() == stage)
        .findFirst()
        .orElseThrow()
        .status();
  }

  private static ObjectRef endpoints() {
    return ObjectRef.namespaced(
        "discovery.k8s.io/v1", "EndpointSlice", NAMESPACE, "kruise-webhook-service-1");
  }

  /** A cluster that needs no connection. */
  private record Fixed(FakeCluster cluster) implements Clusters {
    @Override
    public Cluster bind(RunControl control) {
      return cluster;
    }

    @Override
    public void close() {}
  }
}
