package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a run finds in the cluster.
 *
 * @param release what is installed
 * @param setting makes the cluster so
 * @param refuses whether bystanders are refused there, until a run disarms
 * @param takeOver what the installer is told of installations of others
 */
record Scene(
    ReleaseSource release, Consumer<SimulatedCluster> setting, boolean refuses, TakeOver takeOver) {
  private static final String MASTERS = "system:masters";
  private static final String NAMESPACE = "kruise-system";
  private static final String KUBERNETES = "1.34.0";

  private Scene(ReleaseSource release, Consumer<SimulatedCluster> setting, boolean refuses) {
    this(release, setting, refuses, TakeOver.KEEP_HELM_RECORD);
  }

  /** The same, and Helm's records are to go. */
  Scene removingRecords() {
    return new Scene(release, setting, refuses, TakeOver.REMOVE_HELM_RECORD);
  }

  /** An installer of the release, who may do everything. */
  OpenKruiseInstaller.Builder installer(SimulatedCluster cluster, String user) {
    return SmallInstallers.plain(cluster, cluster.user(user, MASTERS))
        .takeOver(takeOver)
        .release(release);
  }

  /** There is nothing yet. */
  static Scene empty(ReleaseSource release) {
    return new Scene(release, cluster -> {}, false);
  }

  /**
   * Somebody has applied the release in its official order to a namespace of his own making, whose
   * label is missing: the webhooks refuse the manager's own Pods, and with them all others.
   */
  static Scene deadIncident(ReleaseSource release) {
    Release loaded = release.load(new ReleaseRequest(null, KUBERNETES));
    List<String> first =
        loaded.manifests().stream()
            .filter(manifest -> !isWorkload(manifest))
            .map(Scene::withoutLabels)
            .map(Manifest::toJson)
            .toList();
    List<String> then =
        loaded.manifests().stream().filter(Scene::isWorkload).map(Manifest::toJson).toList();
    return new Scene(
        release,
        cluster -> {
          first.forEach(cluster.objects()::apply);
          then.forEach(cluster.objects()::apply);
          Eventually.until("all Pods are refused", () -> isRefused(cluster));
        },
        true);
  }

  /** The release was installed, and then somebody has edited here and there. All works still. */
  static Scene drifted(ReleaseSource release) {
    return new Scene(
        release,
        cluster -> {
          SmallInstallers.plain(cluster, cluster.user("earlier", MASTERS))
              .release(release)
              .proofs(1)
              .build()
              .install();
          Edits edits = new Edits(cluster.objects());
          edits.nameTheServicesTargetPort();
          edits.removeTheLastRuleOfARole();
          edits.shortenTheTimeOutOfAWebhook();
          edits.runAnotherManager();
        },
        false);
  }

  /** Another version was installed, and all works. */
  static Scene upgraded(ReleaseSource before, ReleaseSource release) {
    return new Scene(
        release,
        cluster ->
            SmallInstallers.plain(cluster, cluster.user("earlier", MASTERS))
                .release(before)
                .proofs(1)
                .build()
                .install(),
        false);
  }

  /** Somebody else has installed the release, or another version of it, and all works. */
  static Scene ofOthers(OtherInstaller other, ReleaseSource before, ReleaseSource release) {
    return new Scene(release, cluster -> other.install(cluster, before), false);
  }

  /** The release was installed, and then something has happened to it. */
  static Scene damaged(ReleaseSource release, Consumer<Damage> damage) {
    return new Scene(
        release,
        cluster -> {
          SmallInstallers.plain(cluster, cluster.user("earlier", MASTERS))
              .release(release)
              .proofs(1)
              .build()
              .install();
          damage.accept(new Damage(cluster));
          // What was armed then has nothing to do with what is disarmed now.
          cluster.requests().clear();
        },
        true);
  }

  /** The release was installed, and people use it. */
  static Scene used(ReleaseSource release) {
    return new Scene(
        release,
        cluster -> {
          SmallInstallers.plain(cluster, cluster.user("earlier", MASTERS))
              .release(release)
              .proofs(1)
              .build()
              .install();
          new InUse(cluster).cloneSet().statefulSet();
        },
        false);
  }

  private static boolean isRefused(SimulatedCluster cluster) {
    String daemons = cluster.objects().list("apps/v1", "DaemonSet", NAMESPACE).toString();
    String managers = cluster.objects().list("apps/v1", "ReplicaSet", NAMESPACE).toString();
    return daemons.contains("desiredNumberScheduled=1") && managers.contains("ReplicaFailure");
  }

  private static boolean isWorkload(Manifest manifest) {
    return manifest.isKind("Deployment") || manifest.isKind("DaemonSet");
  }

  private static Manifest withoutLabels(Manifest manifest) {
    return manifest.isKind("Namespace")
        ? manifest.edit(root -> ((Map<?, ?>) root.get("metadata")).remove("labels"))
        : manifest;
  }
}
