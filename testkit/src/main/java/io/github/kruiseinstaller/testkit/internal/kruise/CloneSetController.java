package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.kruise.Changes.Subscription;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.Program.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Looks at each CloneSet when it or a pod in its namespace changes. Thread-safe. */
final class CloneSetController {
  private final Surroundings surroundings;
  private final Container container;
  private final KruiseClient client;
  private final Klog log;
  private final CloneSetReconciler reconciler;
  private final Map<Key, ReconcileLoop> loops = new ConcurrentHashMap<>();
  private final List<Subscription> subscriptions = new ArrayList<>();
  private volatile boolean stopped;

  CloneSetController(
      Surroundings surroundings,
      Container container,
      KruiseClient client,
      ManagerSettings settings,
      Klog log) {
    this.surroundings = surroundings;
    this.container = container;
    this.client = client;
    this.log = log;
    this.reconciler = new CloneSetReconciler(client, settings.gates(), surroundings.timers());
  }

  private record Key(String namespace, String name) {}

  /** Begins. */
  void start() {
    stopped = false;
    subscriptions.add(
        surroundings
            .changes()
            .subscribe(
                Plural.CLONE_SETS.groupResource(),
                (namespace, name) -> trigger(new Key(namespace, name))));
    subscriptions.add(
        surroundings
            .changes()
            .subscribe(Plural.PODS.groupResource(), (namespace, name) -> podChanged(namespace)));
    client
        .list(Plural.CLONE_SETS, "")
        .forEach(object -> trigger(new Key(Nodes.namespace(object), Nodes.name(object))));
  }

  private void podChanged(String namespace) {
    loops.forEach(
        (key, loop) -> {
          if (key.namespace().equals(namespace)) {
            loop.trigger();
          }
        });
  }

  private void trigger(Key key) {
    ReconcileLoop loop = loop(key);
    if (stopped) {
      // It may have come too late to be stopped with the others.
      loop.stop();
    }
    loop.trigger();
  }

  private ReconcileLoop loop(Key key) {
    return loops.computeIfAbsent(
        key,
        unused ->
            new ReconcileLoop(
                container,
                surroundings.executor(),
                () -> reconciler.reconcile(key.namespace(), key.name()),
                failure ->
                    log.error(
                        "controller.go",
                        "Reconciler error cloneset "
                            + key.namespace()
                            + "/"
                            + key.name()
                            + ": "
                            + failure.getMessage())));
  }

  /** Ends. */
  void stop() {
    stopped = true;
    subscriptions.forEach(Subscription::close);
    loops.values().forEach(ReconcileLoop::stop);
  }
}
