package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The kubelets of all nodes: runs the pods that are given to them. Thread-safe. */
final class NodeAgent implements PodLogs {
  /** A webhook that hangs on one pod's deletion holds up no other pod. */
  private static final int WORKERS = 64;

  private static final int TRIES = 10;

  private final Context context;
  private final Api api;
  private final NodeEnvironment environment;
  private final WorkQueue<Key> queue;
  private final Map<Key, PodRun> runs = new ConcurrentHashMap<>();
  private volatile boolean closed;

  NodeAgent(Context context, NodeEnvironment environment) {
    this.context = context;
    this.environment = environment;
    this.api = context.api();
    this.queue = context.queue("kubelet", WORKERS, this::sync);
    context.informers().on(PODS, this::podChanged);
  }

  /** A node's own address; the same name has the same one. */
  static String addressOf(String node) {
    int hash = Math.floorMod(node.hashCode(), 250 * 250);
    return "172.18." + hash / 250 + "." + (hash % 250 + 2);
  }

  private Api as(String node) {
    return api.as(
        new Caller(
            "system:node:" + node,
            List.of("system:nodes", "system:authenticated"),
            "kubelet/v1.34.0"));
  }

  private void podChanged(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    for (ObjectNode pod : Context.both(before, after)) {
      if (!Pods.node(pod).isEmpty()) {
        queue.add(Key.of(pod));
      }
    }
  }

  private void sync(Key key) {
    ObjectNode pod = api.view(PODS, key).orElse(null);
    PodRun run = runs.get(key);
    if (run != null && (pod == null || !run.uid().equals(Nodes.uid(pod)))) {
      runs.remove(key);
      run.stop();
      run = null;
    }
    if (pod == null || Pods.node(pod).isEmpty()) {
      return;
    }
    boolean deleting = Owners.isDeleting(pod);
    if (run == null) {
      if (deleting || Pods.ended(pod)) {
        if (deleting) {
          remove(pod);
        }
        return;
      }
      run =
          new PodRun(
              context, environment, new References(as(Pods.node(pod))), pod, () -> queue.add(key));
      runs.put(key, run);
    }
    if (deleting) {
      terminate(run, pod);
    } else if (!Pods.ended(pod)) {
      wait(key, run.step(pod, context.timers().nanos()));
      if (closed) {
        // What was started meanwhile was not ended with the rest.
        run.stop();
        return;
      }
      writeStatus(run);
    } else {
      // Whoever has said so: a pod that has ended does not run.
      run.stop();
    }
  }

  private void terminate(PodRun run, ObjectNode pod) {
    long next = run.terminate(pod, context.timers().nanos());
    if (next > 0) {
      wait(run.key(), next);
      return;
    }
    writeStatus(run);
    remove(pod);
  }

  private void remove(ObjectNode pod) {
    Api node = as(Pods.node(pod));
    node.delete(PODS.in(api.kinds()), pod, "Background", 0L);
  }

  private void wait(Key key, long until) {
    if (until != ContainerWorker.NEVER) {
      queue.addAfter(key, Duration.ofNanos(Math.max(0, until - context.timers().nanos())));
    }
  }

  /** Others write the same pod: on a conflict its newest state is taken up. */
  private void writeStatus(PodRun run) {
    for (int i = 0; i < TRIES; i++) {
      ObjectNode pod = api.view(PODS, run.key()).orElse(null);
      // From a phase at the end there is no way back.
      if (pod == null || !Nodes.uid(pod).equals(run.uid()) || Pods.ended(pod) || run.isTold(pod)) {
        return;
      }
      ObjectNode changed = withOwnStatus(pod);
      PodStatus.write(run, changed);
      if (changed.path("status").equals(pod.path("status"))) {
        run.told(pod);
        return;
      }
      try {
        as(run.node()).updateStatus(PODS, changed);
        return;
      } catch (StatusException e) {
        if (e.code() == 404) {
          return;
        }
        if (e.code() != 409) {
          throw e;
        }
      }
    }
  }

  private static ObjectNode withOwnStatus(ObjectNode pod) {
    ObjectNode copy = Json.object().setAll(pod);
    copy.set("status", Nodes.at(pod, "status").deepCopy());
    return copy;
  }

  /** Ends everything that runs. */
  void close() {
    closed = true;
    runs.values().forEach(PodRun::stop);
    runs.clear();
  }

  @Override
  public Optional<Log> current(String namespace, String pod, String container) {
    return log(namespace, pod, container, ContainerWorker::currentLog);
  }

  @Override
  public Optional<Log> previous(String namespace, String pod, String container) {
    return log(namespace, pod, container, ContainerWorker::previousLog);
  }

  private Optional<Log> log(
      String namespace,
      String pod,
      String container,
      Function<ContainerWorker, Optional<Log>> which) {
    return Optional.ofNullable(runs.get(new Key(namespace, pod))).stream()
        .flatMap(run -> run.all().stream())
        .filter(worker -> worker.name().equals(container))
        .findFirst()
        .flatMap(which);
  }
}
