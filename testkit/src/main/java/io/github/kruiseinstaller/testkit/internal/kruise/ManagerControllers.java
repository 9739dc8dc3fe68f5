package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.kruise.Changes.Subscription;
import io.github.kruiseinstaller.testkit.internal.workload.Program.Container;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The controllers of a manager, which run while it leads. Thread-safe. */
final class ManagerControllers {
  private final Surroundings surroundings;
  private final Container container;
  private final KruiseClient client;
  private final ManagerSettings settings;
  private final Klog log;
  private final List<ReconcileLoop> loops = new ArrayList<>();
  private final List<Subscription> subscriptions = new ArrayList<>();
  private @Nullable LeaderElection election;
  private @Nullable CloneSetController cloneSets;
  private boolean stopped;

  ManagerControllers(
      Surroundings surroundings,
      Container container,
      KruiseClient client,
      ManagerSettings settings,
      Klog log) {
    this.surroundings = surroundings;
    this.container = container;
    this.client = client;
    this.settings = settings;
    this.log = log;
  }

  /** Begins, as soon as this replica leads; {@code lost} is called when it no longer does. */
  void start(Runnable lost) {
    if (!settings.leaderElection()) {
      lead();
      return;
    }
    LeaderElection created = new LeaderElection(surroundings, container, client, settings, log);
    synchronized (this) {
      if (stopped) {
        return;
      }
      election = created;
    }
    created.start(this::lead, lost);
  }

  private synchronized void lead() {
    if (stopped) {
      return;
    }
    if (starts(Plural.CLONE_SETS, "CloneSet")) {
      CloneSetController controller =
          new CloneSetController(surroundings, container, client, settings, log);
      cloneSets = controller;
      controller.start();
    }
    boolean images =
        settings.gates().enabled(FeatureGates.KRUISE_DAEMON)
            && starts(Plural.NODE_IMAGES, "NodeImage");
    boolean probes =
        settings.gates().enabled(FeatureGates.POD_PROBE_MARKER)
            && starts(Plural.NODE_POD_PROBES, "NodePodProbe");
    if (images || probes) {
      NodeObjects nodes = new NodeObjects(client, images, probes);
      run("nodeimage-controller", nodes::reconcile, List.of(Plural.NODES, Plural.NODE_IMAGES));
    }
    Finalizers finalizers = new Finalizers(client, settings.version());
    run("finalizers", finalizers::reconcile, finalizers.kinds());
  }

  /** A controller whose kind is missing stays off until the manager is started again. */
  private boolean starts(Plural plural, String kind) {
    boolean served = client.serves(plural);
    if (!served) {
      log.warning(
          "discovery.go",
          "Not found kind "
              + kind
              + " in group version "
              + plural.group()
              + "/v1alpha1, waiting time 0s");
    }
    return served;
  }

  private void run(String name, ReconcileLoop.Work work, List<Plural> triggers) {
    ReconcileLoop loop =
        new ReconcileLoop(
            container,
            surroundings.executor(),
            work,
            failure -> log.error("controller.go", name + " failed: " + failure.getMessage()));
    loops.add(loop);
    for (Plural plural : triggers) {
      subscriptions.add(
          surroundings
              .changes()
              .subscribe(plural.groupResource(), (namespace, object) -> loop.trigger()));
    }
    loop.trigger();
  }

  /** Ends. */
  synchronized void stop() {
    stopped = true;
    if (election != null) {
      election.stop();
    }
    if (cloneSets != null) {
      cloneSets.stop();
    }
    loops.forEach(ReconcileLoop::stop);
    subscriptions.forEach(Subscription::close);
    subscriptions.clear();
  }
}
