package io.github.kruiseinstaller.testkit.internal.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Observer;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.time.ClusterThreads;
import io.github.kruiseinstaller.testkit.internal.time.ScaledTimers;
import io.github.kruiseinstaller.testkit.internal.workload.ScenarioImages;
import io.github.kruiseinstaller.testkit.internal.workload.SelectedPods;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clusters with threads and a running clock. */
@Timeout(120)
class LiveClusterTest {
  private static final class LiveCluster implements Admission, AutoCloseable {
    private final ScaledTimers timers;
    private final ClusterThreads threads;
    private final Resources resources;
    private final ControllerManager manager;
    private final Resource deployments;
    private final CompletableFuture<ObjectNode> available = new CompletableFuture<>();
    private final CompletableFuture<ObjectNode> gone = new CompletableFuture<>();

    LiveCluster(KindRegistry kinds, String name) {
      timers = new ScaledTimers(50, name + "timers");
      threads = new ClusterThreads(name + "work-");
      deployments = BuiltIn.DEPLOYMENTS.in(kinds);
      resources = World.service(kinds, timers::now, this, this::wrote);
      manager =
          new ControllerManager(
              new ControllerManager.Parts(
                  resources,
                  kinds,
                  new World.NoNetwork(ConcurrentHashMap.newKeySet()),
                  new ScenarioImages(),
                  new SelectedPods(),
                  timers,
                  Delays.fast(),
                  "",
                  threads),
              List.of(NodeSetup.named("node")));
      manager.start();
    }

    private void wrote(
        String verb, Resource resource, String namespace, String name, Observer.Effect effect) {
      manager.changed(resource.groupResource(), namespace, name);
      if (resource.equals(deployments)) {
        resources
            .find(deployments, "default", "web")
            .filter(hasReplicas(2))
            .ifPresent(available::complete);
      }
      if (resource.plural().equals("pods") && effect == Observer.Effect.DELETED) {
        Resource pods = resource;
        if (resources.list(pods, "default", Resources.Selection.ALL).items().isEmpty()) {
          gone.complete(deployment());
        }
      }
    }

    private ObjectNode deployment() {
      return World.json(Sample.deployment("web", 2, ""));
    }

    private static Predicate<ObjectNode> hasReplicas(long count) {
      return d -> d.at("/status/availableReplicas").asLong() == count;
    }

    void create() {
      resources.create(World.TEST, deployments, "default", deployment(), World.write());
    }

    void delete() {
      resources.delete(
          World.TEST, deployments, "default", "web", new Resources.Delete("", null, "", "", false));
    }

    @Override
    public @Nullable ObjectNode mutate(Request request) {
      return request.object();
    }

    @Override
    public void validate(Request request) {}

    @Override
    public void close() {
      manager.close();
      timers.close();
      threads.close();
    }
  }

  private static Set<Thread> threads(String prefix) {
    Set<Thread> threads = Thread.getAllStackTraces().keySet();
    threads.removeIf(thread -> !thread.getName().startsWith(prefix) || !thread.isAlive());
    return threads;
  }

  @Test
  void manyClusters_workSideBySideAndLeaveNoThread() throws Exception {
    List<LiveCluster> clusters = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      clusters.add(new LiveCluster(new KindRegistry(), "live-" + i + "-"));
    }
    clusters.forEach(LiveCluster::create);
    for (LiveCluster cluster : clusters) {
      cluster.available.get(100, TimeUnit.SECONDS);
      cluster.delete();
    }
    for (LiveCluster cluster : clusters) {
      cluster.gone.get(100, TimeUnit.SECONDS);
      cluster.close();
    }
    assertThat(threads("live-")).isEmpty();
  }
}
