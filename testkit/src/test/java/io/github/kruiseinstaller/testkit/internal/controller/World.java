package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.network.Network;
import io.github.kruiseinstaller.testkit.internal.rest.KindRules;
import io.github.kruiseinstaller.testkit.internal.rest.Observer;
import io.github.kruiseinstaller.testkit.internal.rest.ResourceService;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.rest.Wiring;
import io.github.kruiseinstaller.testkit.internal.store.ObjectStore;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.time.ManualTimers;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.ScenarioImages;
import io.github.kruiseinstaller.testkit.internal.workload.SelectedPods;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A cluster in which time and threads stand still until a test moves them. */
final class World {
  static final Caller TEST = new Caller("test", List.of("system:masters"), "test");

  final KindRegistry kinds = new KindRegistry();
  final ManualTimers timers = new ManualTimers(Instant.parse("2026-01-01T00:00:00Z"));
  final ScenarioImages images = new ScenarioImages();
  final SelectedPods scenarios = new SelectedPods();
  final Set<String> closedAddresses = new TreeSet<>();
  final ObjectStore store = new ObjectStore(10_000);
  final Resources resources;
  final ControllerManager manager;

  /** Refuses writes by throwing. */
  Consumer<Admission.Request> admission = request -> {};

  private final Deque<Runnable> work = new ArrayDeque<>();

  World(NodeSetup... nodes) {
    this(Delays.realistic(), nodes);
  }

  World(Delays delays, NodeSetup... nodes) {
    resources = service(store, kinds, timers::now, new Asked(), this::wrote);
    manager =
        new ControllerManager(
            new ControllerManager.Parts(
                resources,
                kinds,
                new NoNetwork(closedAddresses),
                images,
                scenarios,
                timers,
                delays,
                "-----BEGIN CERTIFICATE-----",
                work::addLast),
            nodes.length == 0 ? List.of(NodeSetup.named("node-1")) : List.of(nodes));
    images.pullTakes(Duration.ofSeconds(1));
    manager.start();
    seconds(1);
  }

  /** An API server without any of the cluster around it. */
  static Resources service(
      KindRegistry kinds, InstantSource clock, Admission admission, Observer observer) {
    return service(new ObjectStore(10_000), kinds, clock, admission, observer);
  }

  private static Resources service(
      ObjectStore store,
      KindRegistry kinds,
      InstantSource clock,
      Admission admission,
      Observer observer) {
    return new ResourceService(
        new Wiring(
            store,
            kinds,
            new KindRules(kinds),
            admission,
            (definition, version, objects) -> {
              throw new AssertionError("nobody converts");
            },
            clock,
            observer));
  }

  private void wrote(
      String verb, Resource resource, String namespace, String name, Observer.Effect effect) {
    if (effect != Observer.Effect.NONE) {
      manager.changed(resource.groupResource(), namespace, name);
    }
  }

  Stored stored(BuiltIn kind, String namespace, String name) {
    return store.find(kind.groupResource(), namespace, name).orElseThrow();
  }

  /** Creates an object of which no controller is told. */
  void createUntold(BuiltIn kind, String json) {
    ObjectNode object = json(json);
    service(store, kinds, timers::now, new Asked(), (verb, resource, where, name, effect) -> {})
        .create(TEST, resource(kind), Nodes.namespace(object), object, write());
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

  /** Single quotes are double ones. */
  static ObjectNode json(String text) {
    return (ObjectNode) Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  static Resources.Write write() {
    return new Resources.Write(false, "", "Ignore", false, new ArrayList<>());
  }

  private Resource resource(BuiltIn kind) {
    return kind.in(kinds);
  }

  ObjectNode create(BuiltIn kind, String json) {
    return create(resource(kind), json);
  }

  ObjectNode create(Resource resource, String json) {
    ObjectNode object = json(json);
    return resources.create(TEST, resource, Nodes.namespace(object), object, write());
  }

  void namespace(String name) {
    create(BuiltIn.NAMESPACES, "{'metadata':{'name':'" + name + "'}}");
    seconds(1);
  }

  Optional<ObjectNode> find(BuiltIn kind, String namespace, String name) {
    return resources.find(resource(kind), namespace, name);
  }

  ObjectNode get(BuiltIn kind, String namespace, String name) {
    return resources.get(resource(kind), namespace, name);
  }

  JsonNode status(BuiltIn kind, String namespace, String name) {
    return get(kind, namespace, name).path("status");
  }

  List<ObjectNode> list(BuiltIn kind, String namespace) {
    return resources.list(resource(kind), namespace, Resources.Selection.ALL).items();
  }

  void edit(BuiltIn kind, String namespace, String name, Consumer<ObjectNode> change) {
    edit(resource(kind), namespace, name, "", change);
  }

  void editStatus(BuiltIn kind, String namespace, String name, Consumer<ObjectNode> change) {
    edit(resource(kind), namespace, name, "status", change);
  }

  void edit(
      Resource resource,
      String namespace,
      String name,
      String subresource,
      Consumer<ObjectNode> change) {
    ObjectNode object = resources.get(resource, namespace, name);
    change.accept(object);
    resources.replace(TEST, resource, namespace, name, subresource, object, write());
  }

  void delete(BuiltIn kind, String namespace, String name) {
    delete(resource(kind), namespace, name, "Background");
  }

  void delete(Resource resource, String namespace, String name, String policy) {
    resources.delete(
        TEST, resource, namespace, name, new Resources.Delete(policy, null, "", "", false));
  }

  void delete(BuiltIn kind, String namespace, String name, String policy) {
    delete(resource(kind), namespace, name, policy);
  }

  /** {@code reason: message} of the events about an object, each with its count. */
  Map<String, Long> events(String namespace, String about) {
    Map<String, Long> events = new TreeMap<>();
    for (ObjectNode event : list(BuiltIn.EVENTS, namespace)) {
      if (Nodes.textOrEmpty(event, "involvedObject", "name").equals(about)) {
        events.put(
            event.path("reason").asText() + ": " + event.path("message").asText(),
            event.path("count").asLong());
      }
    }
    return events;
  }

  /** {@code status reason: message} of a condition. */
  static String condition(JsonNode status, String type) {
    return Conditions.find(status, type)
        .map(
            c ->
                Nodes.textOrEmpty(c, "status")
                    + " "
                    + Nodes.textOrEmpty(c, "reason")
                    + ": "
                    + Nodes.textOrEmpty(c, "message"))
        .orElse("none");
  }

  private final class Asked implements Admission {
    @Override
    public @Nullable ObjectNode mutate(Request request) {
      return request.object();
    }

    @Override
    public void validate(Request request) {
      admission.accept(request);
    }
  }

  /** Nothing listens; remembers whose ports were closed. */
  record NoNetwork(Set<String> closedAddresses) implements Network {
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
