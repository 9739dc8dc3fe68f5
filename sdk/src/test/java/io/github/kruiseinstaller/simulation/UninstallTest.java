package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.Clocks;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.testkit.ApiRefusal;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.fault.Client;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import io.github.kruiseinstaller.uninstall.UninstallFailedException;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallPlan;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Installations that this library has made are uninstalled, and no bystander is refused. */
class UninstallTest {
  private static final String MASTERS = "system:masters";
  private static final UninstallOptions PLAIN = UninstallOptions.defaults();
  private static final String DAEMON_CONFIG = "kruise-daemon-config";

  /** As official releases have it: whoever applies it owns nothing of it. */
  private static final String BARE_NAMESPACE =
      "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: kruise-daemon-config\n";

  @RegisterExtension
  final SimulatedClusterExtension clusters =
      SimulatedClusterExtension.of(SimulatedCluster.builder().speed(20));

  static Stream<Arguments> options() {
    return Stream.of(
        Arguments.of("plain", PLAIN, false),
        Arguments.of("keep", PLAIN.keepCustomResources(), true),
        Arguments.of("delete", PLAIN.deleteCustomResources(), true),
        Arguments.of("definitions", PLAIN.removeDefinitions(), false),
        Arguments.of("namespaces", PLAIN.removeNamespaces(), false),
        Arguments.of(
            "everything",
            PLAIN.deleteCustomResources().removeDefinitions().removeNamespaces(),
            true));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("options")
  void uninstall_withAnyOption_refusesNobodyAndCanBeInstalledAgain(
      String what, UninstallOptions options, boolean used, SimulatedCluster cluster) {
    Map<String, Object> healthy = installed(cluster);
    if (used) {
      new InUse(cluster).cloneSet().statefulSet();
    }
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));

    UninstallReport report = remover(cluster).listener(timeline).build().uninstall(options);

    timeline.look("after");
    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(report.writes()).isPositive();
    assertThat(timeline.wrong()).as(report.render()).isEmpty();
    assertThat(report.render()).contains("uninstalled").doesNotContain("NOT ");
    assertThat(Armament.isParked(cluster)).isTrue();
    UninstallReport again = remover(cluster).build().uninstall(options);
    assertThat(again.writes()).as(again.render()).isZero();
    assertThat(again.succeeded()).isTrue();
    InstallReport install = installer(cluster).build().install();
    timeline.look("installed again");
    assertThat(install.succeeded()).as(install.render()).isTrue();
    assertThat(timeline.wrong()).isEmpty();
    Map<String, Object> after = ClusterState.of(cluster);
    after.keySet().removeIf(key -> key.endsWith("/shop") || key.contains(" shop/"));
    assertThat(after).isEqualTo(healthy);
    assertThat(installer(cluster).build().install().writes()).isZero();
  }

  @Test
  void uninstall_byDefault_removesAllButDefinitionsAndNamespaces(SimulatedCluster cluster) {
    installed(cluster);

    UninstallReport report = remover(cluster).build().uninstall();

    new InUse(cluster)
        .assertGone("CustomResourceDefinition", "v1 Namespace", "kruise-system/default");
    assertThat(cluster.objects().list(InUse.ALPHA, "NodeImage", "")).isEmpty();
    assertThat(report.kept()).extracting(each -> each.object().name()).contains("kruise-system");
    assertThat(report.kept())
        .extracting(each -> each.why())
        .anyMatch(why -> why.contains("removeNamespaces()"));
    assertThat(strategy(cluster)).isEqualTo("None");
  }

  @Test
  void uninstall_withEveryRemoval_leavesNothing(SimulatedCluster cluster) {
    installed(cluster);
    InUse inUse = new InUse(cluster).cloneSet();

    UninstallReport report =
        remover(cluster)
            .build()
            .uninstall(PLAIN.deleteCustomResources().removeDefinitions().removeNamespaces());

    assertThat(report.customResources())
        .extracting(Object::toString)
        .containsExactly("1 CloneSet (apps.kruise.io): 1 in shop");
    inUse.assertGone();
    Eventually.until("its Pods go by garbage collection", () -> inUse.pods() == 0);
    assertThat(cluster.objects().get("v1", "Namespace", "", "kruise-system")).isEmpty();
  }

  @Test
  void uninstall_removesANamespaceOfWhichTheReleaseSaysNothingButTheName(SimulatedCluster cluster) {
    OpenKruiseInstaller installer = withBareNamespace(cluster);
    installer.install();
    assertThat(installer.install().writes()).as("the mark is no drift").isZero();

    UninstallReport report = remover(cluster).build().uninstall(PLAIN.removeNamespaces());

    assertThat(report.kept()).noneMatch(each -> each.object().kind().equals("Namespace"));
    assertThat(cluster.objects().get("v1", "Namespace", "", DAEMON_CONFIG)).isEmpty();
  }

  @Test
  void uninstall_keepsANamespaceOfSomebodyWhoLeftNoName(SimulatedCluster cluster) {
    cluster.objects().apply(BARE_NAMESPACE);
    assertThat(cluster.objects().get("v1", "Namespace", "", DAEMON_CONFIG).toString())
        .as("no field manager")
        .doesNotContain("fieldsV1");
    withBareNamespace(cluster).install();
    assertThat(cluster.objects().get("v1", "Namespace", "", DAEMON_CONFIG).toString())
        .as("no mark")
        .doesNotContain("created-by");

    UninstallReport report = remover(cluster).build().uninstall(PLAIN.removeNamespaces());

    assertThat(report.kept())
        .extracting(Object::toString)
        .anyMatch(line -> line.startsWith("Namespace kruise-daemon-config: it was made by"));
    assertThat(cluster.objects().get("v1", "Namespace", "", DAEMON_CONFIG)).isPresent();
  }

  @Test
  void uninstall_whenCustomResourcesExist_isRefusedBeforeAnyWrite(SimulatedCluster cluster) {
    installed(cluster);
    new InUse(cluster).cloneSet().statefulSet();
    Map<String, Object> before = ClusterState.of(cluster);

    UninstallFailedException failed =
        catchThrowableOfType(
            UninstallFailedException.class, () -> remover(cluster).build().uninstall());

    assertThat(failed.failure().code()).isEqualTo(FailureCode.CUSTOM_RESOURCES_EXIST);
    assertThat(failed.failure().stage()).isEqualTo(Stage.SURVEY);
    assertThat(failed.failure().evidence())
        .containsExactly(
            "1 CloneSet (apps.kruise.io): 1 in shop", "1 StatefulSet (apps.kruise.io): 1 in shop");
    assertThat(failed.failure().remedy())
        .contains("keepCustomResources()")
        .contains("deleteCustomResources()");
    assertThat(failed.report().writes()).isZero();
    assertThat(failed.report().customResources()).hasSize(2);
    assertThat(failed.report().render()).contains("NOT uninstalled");
    assertThat(ClusterState.of(cluster)).isEqualTo(before);
    assertThat(
            catchThrowableOfType(
                    InstallException.class, () -> remover(cluster).build().planUninstall(PLAIN))
                .failure()
                .code())
        .isEqualTo(FailureCode.CUSTOM_RESOURCES_EXIST);
  }

  @Test
  void uninstall_whenCustomResourcesAreKept_leavesThemReadableAndDeletableAndTheirPods(
      SimulatedCluster cluster) {
    installed(cluster);
    InUse inUse = new InUse(cluster).cloneSet().statefulSet();

    UninstallReport report = remover(cluster).build().uninstall(PLAIN.keepCustomResources());

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(inUse.left()).containsExactly("CloneSet", "StatefulSet");
    assertThat(inUse.pods()).isEqualTo(2);
    assertThat(cluster.objects().list(InUse.ALPHA, "NodeImage", "")).isNotEmpty();
    assertThat(cluster.objects().list(InUse.GROUP + "/v1beta1", "StatefulSet", "")).hasSize(1);
    cluster.objects().delete(InUse.ALPHA, "StatefulSet", InUse.SHOP, "db");
    cluster.objects().delete(InUse.ALPHA, "CloneSet", InUse.SHOP, "web");
    assertThat(inUse.left()).isEmpty();
  }

  @Test
  void uninstall_whenCustomResourcesHaveFinalizers_waitsForTheManagerToTakeThemOff(
      SimulatedCluster cluster) {
    new InUse(cluster).imagePullJobs();
    installed(cluster);
    InUse inUse = new InUse(cluster).imagePullJob("one").imagePullJob("two");

    UninstallReport report = remover(cluster).build().uninstall(PLAIN.deleteCustomResources());

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(inUse.left()).isEmpty();
  }

  @Test
  void uninstall_whenNobodyWouldTakeFinalizersOff_explainsThemBeforeAnyWrite(
      SimulatedCluster cluster) {
    new InUse(cluster).imagePullJobs();
    installed(cluster);
    new InUse(cluster).imagePullJob("one");
    new Damage(cluster).scaleToZero();
    Map<String, Object> before = ClusterState.of(cluster);

    UninstallFailedException failed =
        catchThrowableOfType(
            UninstallFailedException.class,
            () -> remover(cluster).build().uninstall(PLAIN.deleteCustomResources()));

    assertThat(failed.failure().code()).isEqualTo(FailureCode.FINALIZERS_STUCK);
    assertThat(failed.failure().evidence())
        .containsExactly(
            "ImagePullJob default/one waits for [apps.kruise.io/deletion-protection]: kubectl -n"
                + " default patch imagepulljobs.apps.kruise.io one --type=merge -p"
                + " '{\"metadata\":{\"finalizers\":null}}'");
    assertThat(ClusterState.of(cluster)).isEqualTo(before);
  }

  @Test
  void uninstall_whenAManagerThatIsThereTakesNoFinalizerOff_saysWhichAndHowWhenTheDeadlinePasses(
      SimulatedCluster cluster) {
    new InUse(cluster).imagePullJobs();
    installed(cluster);
    new InUse(cluster).imagePullJob("one");
    cluster
        .objects()
        .edit(
            InUse.ALPHA,
            "ImagePullJob",
            "default",
            "one",
            job -> Scenes.child(job, "metadata").put("finalizers", List.of("example.com/never")));

    UninstallFailedException failed =
        stuck(
            cluster,
            PLAIN.deleteCustomResources(),
            () -> isEnding(cluster, InUse.ALPHA, "ImagePullJob", "default", "one"));

    assertThat(failed.failure().evidence())
        .first()
        .asString()
        .contains("example.com/never")
        .contains("kubectl -n default patch");
    assertThat(cluster.bystander("elsewhere").refusals()).isEmpty();
  }

  /**
   * Custom resources do not go before the deadline, which passes once what is stuck can be seen.
   */
  private static UninstallFailedException stuck(
      SimulatedCluster cluster, UninstallOptions options, BooleanSupplier seen) {
    Duration limit = Duration.ofMinutes(1);
    HandClock clock = new HandClock();
    AtomicBoolean late = new AtomicBoolean();
    OpenKruiseInstaller remover =
        Clocks.in(remover(cluster), clock)
            .timeout(limit)
            .listener(
                event -> {
                  if (event instanceof InstallEvent.Waiting waiting
                      && waiting.stage() == Stage.CUSTOM_RESOURCES
                      && late.compareAndSet(false, true)) {
                    Eventually.until("what is stuck can be seen", seen);
                    clock.move(limit);
                  }
                })
            .build();
    UninstallFailedException failed =
        catchThrowableOfType(UninstallFailedException.class, () -> remover.uninstall(options));
    assertThat(failed.failure().code()).isEqualTo(FailureCode.FINALIZERS_STUCK);
    assertThat(failed.failure().stage()).isEqualTo(Stage.CUSTOM_RESOURCES);
    return failed;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void uninstall_whenItTellsThatItIsOver_hasGivenTheLockBack(
      boolean wanted, SimulatedCluster cluster) {
    installed(cluster);
    new InUse(cluster).cloneSet();
    List<String> holders = new ArrayList<>();
    OpenKruiseInstaller remover =
        remover(cluster)
            .listener(
                event -> {
                  if (event instanceof InstallEvent.StageStarted) {
                    holders.add(InstallerLease.holder(cluster));
                  }
                  if (event instanceof InstallEvent.Succeeded
                      || event instanceof InstallEvent.Failed) {
                    holders.add("over: " + InstallerLease.holder(cluster));
                  }
                })
            .build();
    if (!wanted) {
      cluster
          .faults()
          .add(
              FaultRule.when()
                  .client(Client.user("remover"))
                  .verb("delete")
                  .resource("deployments.apps")
                  .then(Fault.Answer.status(403, "Forbidden", "not today", 0)));
    }

    Throwable failure =
        catchThrowable(() -> remover.uninstall(PLAIN.deleteCustomResources().removeDefinitions()));

    assertThat(failure == null).isEqualTo(wanted);
    assertThat(holders).endsWith("over: ").anyMatch(holder -> holder.contains("_"));
  }

  @Test
  void uninstall_whenSomebodyHasEditedTheLock_removesTheNamespaceAllTheSame(
      SimulatedCluster cluster) {
    installed(cluster);
    assertThat(InstallerLease.exists(cluster)).isTrue();
    InstallerLease.edit(cluster, spec -> spec.put("holderIdentity", ""));

    UninstallReport report = remover(cluster).build().uninstall(PLAIN.removeNamespaces());

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(cluster.objects().get("v1", "Namespace", "", "kruise-system")).isEmpty();
  }

  @Test
  void uninstall_whenAPodOfACustomResourceDoesNotEnd_namesItWhenTheDeadlinePasses(
      SimulatedCluster cluster) {
    installed(cluster);
    new InUse(cluster).cloneSet();
    Map<String, Object> owner = cluster.objects().list(InUse.ALPHA, "CloneSet", "shop").get(0);
    cluster
        .objects()
        .apply(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: stays
              namespace: shop
              finalizers: [example.com/never]
              ownerReferences:
              - apiVersion: apps.kruise.io/v1alpha1
                kind: CloneSet
                name: %s
                uid: %s
                blockOwnerDeletion: true
            spec:
              containers: [{name: main, image: "registry.example/pause:1"}]
            """
                .formatted(
                    Scenes.child(owner, "metadata").get("name"),
                    Scenes.child(owner, "metadata").get("uid")));

    UninstallFailedException failed =
        stuck(
            cluster,
            PLAIN.deleteCustomResources().removeDefinitions(),
            () -> isEnding(cluster, "v1", "Pod", "shop", "stays"));

    assertThat(failed.failure().evidence())
        .anyMatch(
            line ->
                line.startsWith("Pod shop/stays")
                    && line.contains("should have ended by")
                    && line.endsWith("waits for [example.com/never]"));
    assertThat(failed.failure().remedy()).contains("force");
    assertThat(cluster.bystander("elsewhere").refusals()).isEmpty();
  }

  @Test
  void uninstall_whenTheManagerIsGone_disarmsFirstAndDeletesCustomResourcesAllTheSame(
      SimulatedCluster cluster) {
    installed(cluster);
    InUse inUse = new InUse(cluster).cloneSet().statefulSet();
    new Damage(cluster).scaleToZero();
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));

    UninstallReport report =
        remover(cluster)
            .listener(timeline)
            .build()
            .uninstall(PLAIN.deleteCustomResources().removeDefinitions());

    timeline.look("after");
    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(timeline.startedRefused()).isTrue();
    assertThat(timeline.wrong()).as(report.render()).isEmpty();
    assertThat(inUse.left()).isEmpty();
    inUse.assertGone("v1 Namespace", "kruise-system/default");
  }

  @Test
  void uninstall_whenSomethingIsProtectedFromDeletion_isRefusedAndSaysHowToAllowIt(
      SimulatedCluster cluster) {
    installed(cluster);
    new InUse(cluster).cloneSet();
    cluster
        .objects()
        .edit(
            InUse.ALPHA,
            "CloneSet",
            InUse.SHOP,
            "web",
            web ->
                Scenes.child(web, "metadata")
                    .put("labels", Map.of("policy.kruise.io/delete-protection", "Always")));

    UninstallFailedException failed =
        catchThrowableOfType(
            UninstallFailedException.class,
            () -> remover(cluster).build().uninstall(PLAIN.deleteCustomResources()));

    assertThat(failed.failure().code()).isEqualTo(FailureCode.DELETION_PROTECTED);
    assertThat(failed.failure().remedy())
        .contains(
            "kubectl -n shop label clonesets.apps.kruise.io web"
                + " policy.kruise.io/delete-protection-");
    assertThat(failed.report().writes()).isZero();
  }

  @Test
  void uninstall_whenOthersLiveInTheNamespace_leavesThemAndTheNamespaceAndNamesThem(
      SimulatedCluster cluster) {
    installed(cluster);
    cluster
        .objects()
        .apply(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: theirs, namespace:"
                + " kruise-system}}");

    UninstallReport report =
        remover(cluster).build().uninstall(PLAIN.removeNamespaces().removeDefinitions());

    assertThat(report.succeeded()).isTrue();
    assertThat(report.kept())
        .extracting(Object::toString)
        .contains(
            "Namespace kruise-system: it holds ConfigMap kruise-system/theirs",
            "ConfigMap kruise-system/theirs: nobody knows it for OpenKruise's");
    assertThat(cluster.objects().get("v1", "ConfigMap", "kruise-system", "theirs")).isPresent();
    new InUse(cluster).assertGone("v1 Namespace", "kruise-system/default", "kruise-system/theirs");
  }

  @Test
  void uninstall_whenCustomResourcesOfOthersCannotBeListed_leavesTheNamespaceAndRemovesTheRest(
      SimulatedCluster cluster) {
    installed(cluster);
    cluster.objects().apply(widgets("true", "false", "None"));
    Eventually.until("widgets are known", () -> hasWidgets(cluster));
    // Stored in a version that nobody converts from any more.
    cluster
        .objects()
        .apply(
            widgets(
                "false",
                "true",
                "Webhook, webhook: {conversionReviewVersions: [v1], clientConfig: {service:"
                    + " {name: gone, namespace: vendor}}}"));

    UninstallReport report =
        remover(cluster).build().uninstall(PLAIN.removeNamespaces().removeDefinitions());

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(report.kept())
        .extracting(Object::toString)
        .anyMatch(
            line ->
                line.startsWith(
                    "Namespace kruise-system: it may hold what was not seen:"
                        + " widgets.vendor.example cannot be listed: "));
    new InUse(cluster).assertGone("v1 Namespace", "kruise-system/default", "Widget");
  }

  private static String widgets(String first, String second, String strategy) {
    return """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: widgets.vendor.example}
    spec:
      group: vendor.example
      scope: Namespaced
      names: {kind: Widget, listKind: WidgetList, plural: widgets, singular: widget}
      conversion: {strategy: %s}
      versions:
        - {name: v1, served: true, storage: %s, schema: {openAPIV3Schema: {type: object}}}
        - {name: v2, served: true, storage: %s, schema: {openAPIV3Schema: {type: object}}}
    """
        .formatted(strategy, first, second);
  }

  private static boolean isEnding(
      SimulatedCluster cluster, String apiVersion, String kind, String namespace, String name) {
    return cluster
        .objects()
        .get(apiVersion, kind, namespace, name)
        .map(object -> Scenes.child(object, "metadata").containsKey("deletionTimestamp"))
        .orElse(false);
  }

  private static boolean hasWidgets(SimulatedCluster cluster) {
    try {
      cluster
          .objects()
          .apply(
              "{apiVersion: vendor.example/v1, kind: Widget, metadata: {name: one, namespace:"
                  + " kruise-system}}");
      return true;
    } catch (ApiRefusal | IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void uninstall_whenSomebodyElseMadeTheNamespace_leavesIt(SimulatedCluster cluster) {
    cluster.objects().apply("{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system}}");
    installed(cluster);

    UninstallReport report = remover(cluster).build().uninstall(PLAIN.removeNamespaces());

    assertThat(report.kept())
        .extracting(Object::toString)
        .contains(
            "Namespace kruise-system: it was made by somebody else; by hand: kubectl delete"
                + " namespace kruise-system");
    assertThat(cluster.objects().get("v1", "Namespace", "", "kruise-system")).isPresent();
  }

  @Test
  void uninstall_ofNothing_writesNothing(SimulatedCluster cluster) {
    UninstallReport report = remover(cluster).build().uninstall();

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(report.writes()).isZero();
    assertThat(report.render()).contains("was already uninstalled");
  }

  @Test
  void plan_showsWhatGoesAndWritesNothing(SimulatedCluster cluster) {
    installed(cluster);
    Map<String, Object> before = ClusterState.of(cluster);

    UninstallPlan plan = remover(cluster).build().planUninstall(PLAIN);

    assertThat(plan.isNoOp()).isFalse();
    assertThat(plan.render())
        .contains("OpenKruise 1.8.3 out of namespace kruise-system")
        .contains("- Deployment kruise-system/kruise-controller-manager")
        .contains("What stays");
    assertThat(plan.changes().stages())
        .extracting(stage -> stage.stage())
        .containsExactly(Stage.DISARM, Stage.ADMIT, Stage.REMOVE_MANAGER, Stage.REMOVE_OBJECTS);
    assertThat(plan.changes().stage(Stage.REMOVE_OBJECTS).orElseThrow().changes())
        .extracting(change -> change.action())
        .containsOnly(ChangeAction.DELETE);
    assertThat(ClusterState.of(cluster)).isEqualTo(before);
  }

  @Test
  void uninstall_ofAPlanThatTheClusterHasLeftBehind_writesNothing(SimulatedCluster cluster) {
    installed(cluster);
    UninstallOptions options = PLAIN.deleteCustomResources();
    UninstallPlan plan = remover(cluster).build().planUninstall(options);
    new InUse(cluster).cloneSet();

    UninstallFailedException failed =
        catchThrowableOfType(
            UninstallFailedException.class, () -> remover(cluster).build().uninstall(plan));

    assertThat(failed.failure().code()).isEqualTo(FailureCode.PLAN_STALE);
    assertThat(failed.report().writes()).isZero();
    UninstallPlan now = remover(cluster).build().planUninstall(options);
    assertThat(remover(cluster).build().uninstall(now).succeeded()).isTrue();
  }

  private static Object strategy(SimulatedCluster cluster) {
    Map<String, Object> definition =
        Scenes.definition(cluster, "statefulsets.apps.kruise.io").orElseThrow();
    Map<?, ?> spec = (Map<?, ?>) definition.get("spec");
    return ((Map<?, ?>) spec.get("conversion")).get("strategy");
  }

  private static Map<String, Object> installed(SimulatedCluster cluster) {
    cluster.bystander("elsewhere");
    installer(cluster).build().install();
    return ClusterState.of(cluster);
  }

  private static OpenKruiseInstaller.Builder installer(SimulatedCluster cluster) {
    return SmallInstallers.plain(cluster, cluster.user("earlier", MASTERS)).proofs(1);
  }

  private static OpenKruiseInstaller withBareNamespace(SimulatedCluster cluster) {
    return installer(cluster)
        .release(
            ReleaseSource.manifests(
                SmallRelease.yaml() + "\n---\n" + BARE_NAMESPACE, "with a bare namespace"))
        .build();
  }

  private static OpenKruiseInstaller.Builder remover(SimulatedCluster cluster) {
    return SmallInstallers.withoutRelease(cluster, cluster.user("remover", MASTERS));
  }
}
