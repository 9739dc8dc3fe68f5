package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.network.Network;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.time.ManualTimers;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.Images;
import io.github.kruiseinstaller.testkit.internal.workload.PodScenarios;
import io.github.kruiseinstaller.testkit.internal.workload.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** A cluster in which time and threads stand still until a test moves them. */
final class World {
  static final Caller TEST = Caller.system("test");

  private final Kinds kinds = kinds();
  final ManualTimers timers = new ManualTimers(Instant.parse("2026-01-01T00:00:00Z"));
  final FakeResources resources = new FakeResources(timers);
  final Map<String, Images.Content> images = new HashMap<>();
  final Set<String> closedAddresses = new TreeSet<>();
  final ControllerManager manager;
  private final Deque<Runnable> work = new ArrayDeque<>();

  World(NodeSetup... nodes) {
    this(Delays.realistic(), PodScenarios.NONE, nodes);
  }

  World(Delays delays, PodScenarios scenarios, NodeSetup... nodes) {
    manager =
        new ControllerManager(
            new ControllerManager.Parts(
                resources,
                kinds,
                new NoNetwork(),
                image ->
                    images.getOrDefault(
                        image, new Images.Content.Available(Duration.ofSeconds(1), null)),
                scenarios,
                timers,
                delays,
                work::addLast),
            nodes.length == 0 ? List.of(NodeSetup.named("node-1")) : List.of(nodes));
    resources.listen(manager::changed);
    manager.start();
    run();
  }

  static Kinds kinds() {
    return new KindRegistry();
  }

  void image(String name, Program program) {
    images.put(name, new Images.Content.Available(Duration.ofSeconds(1), program));
  }

  /** Does all that can be done without time passing. */
  void run() {
    for (Runnable next = work.pollFirst(); next != null; next = work.pollFirst()) {
      next.run();
    }
  }

  /** Lets time pass, with all that is due done when it is due. */
  void pass(Duration time) {
    run();
    long until = timers.nanos() + time.toNanos();
    while (timers.nanos() < until) {
      long left = until - timers.nanos();
      long step = timers.next().map(Duration::toNanos).orElse(left);
      timers.advance(Duration.ofNanos(Math.min(left, step)));
      run();
    }
  }

  void seconds(long seconds) {
    pass(Duration.ofSeconds(seconds));
  }

  private Resource resource(BuiltIn kind) {
    return kind.in(kinds);
  }

  ObjectNode create(BuiltIn kind, String json) {
    ObjectNode object = FakeResources.json(json);
    return resources.create(
        TEST, resource(kind), Nodes.namespace(object), object, FakeResources.write());
  }

  Optional<ObjectNode> find(BuiltIn kind, String namespace, String name) {
    return resources.find(resource(kind), namespace, name);
  }

  ObjectNode get(BuiltIn kind, String namespace, String name) {
    return resources.get(resource(kind), namespace, name);
  }

  List<ObjectNode> list(BuiltIn kind, String namespace) {
    return resources.list(resource(kind), namespace, Resources.Selection.ALL).items();
  }

  ObjectNode edit(BuiltIn kind, String namespace, String name, UnaryOperator<ObjectNode> change) {
    ObjectNode object = change.apply(get(kind, namespace, name));
    return resources
        .replace(TEST, resource(kind), namespace, name, "", object, FakeResources.write())
        .object();
  }

  void delete(BuiltIn kind, String namespace, String name, String policy) {
    resources.delete(
        TEST, resource(kind), namespace, name, new Resources.Delete(policy, null, "", "", false));
  }

  /** {@code reason: message} of the events about an object, each with its count. */
  Map<String, Long> events(String namespace, String about) {
    Map<String, Long> events = new java.util.TreeMap<>();
    for (ObjectNode event : list(BuiltIn.EVENTS, namespace)) {
      if (event.path("involvedObject").path("name").asText().equals(about)) {
        events.put(
            event.path("reason").asText() + ": " + event.path("message").asText(),
            event.path("count").asLong());
      }
    }
    return events;
  }

  private final class NoNetwork implements Network {
    @Override
    public void listen(String podAddress, int port, int loopbackPort) {}

    @Override
    public void close(String podAddress, int port) {}

    @Override
    public void closeAll(String podAddress) {
      closedAddresses.add(podAddress);
    }

    @Override
    public Optional<Integer> loopbackPort(String podAddress, int port) {
      return Optional.empty();
    }

    @Override
    public Trouble trouble(String podAddress) {
      return Trouble.NONE;
    }

    @Override
    public void obstruct(String namespace, Trouble trouble) {}
  }
}
