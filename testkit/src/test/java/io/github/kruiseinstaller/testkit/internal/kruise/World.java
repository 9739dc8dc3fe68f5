package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.network.Network;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Delete;
import io.github.kruiseinstaller.testkit.internal.time.ManualTimers;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.yaml.snakeyaml.Yaml;

/**
 * A cluster in memory in which everything happens on the test's own thread, when the test lets time
 * pass.
 */
final class World {
  static final String NAMESPACE = "kruise-system";
  private static final Caller ADMIN = Caller.system("admin");

  final ManualTimers timers = new ManualTimers(Instant.parse("2026-03-01T12:00:00Z"));
  final KindRegistry kinds = new KindRegistry();
  final ObservedChanges changes = new ObservedChanges();
  final MemoryResources resources = new MemoryResources(changes);
  final Ports network = new Ports();
  final Surroundings surroundings;
  private int pods;

  World() {
    this(Authorizer.allowingAll());
  }

  World(Authorizer authorizer) {
    surroundings =
        new Surroundings(resources, kinds, changes, authorizer, network, timers, Runnable::run);
  }

  /** A world with the small release in it, except for what a filter leaves out. */
  static World installed() {
    World world = new World();
    world.apply(SmallRelease.yaml());
    return world;
  }

  /** Creates all objects of a text. */
  void apply(String yaml) {
    for (Object document : new Yaml().loadAll(yaml)) {
      if (Json.of(document) instanceof ObjectNode object) {
        if (object.path("kind").asText().equals("CustomResourceDefinition")) {
          kinds.serve(object);
        }
        add(object);
      }
    }
  }

  ObjectNode add(ObjectNode object) {
    return resources.create(ADMIN, resource(object), Nodes.namespace(object), object, write());
  }

  ObjectNode put(ObjectNode object) {
    return put(object, "");
  }

  ObjectNode put(ObjectNode object, String subresource) {
    return resources
        .replace(
            ADMIN,
            resource(object),
            Nodes.namespace(object),
            Nodes.name(object),
            subresource,
            object,
            write())
        .object();
  }

  /** Changes an object that is there. */
  ObjectNode edit(Plural plural, String namespace, String name, Consumer<ObjectNode> change) {
    ObjectNode object = get(plural, namespace, name);
    change.accept(object);
    return put(object);
  }

  void delete(Plural plural, String namespace, String name) {
    resources.delete(ADMIN, resource(plural), namespace, name, Delete.NOW);
  }

  ObjectNode get(Plural plural, String namespace, String name) {
    return resources.get(resource(plural), namespace, name);
  }

  Optional<ObjectNode> find(Plural plural, String namespace, String name) {
    return resources.find(resource(plural), namespace, name);
  }

  List<ObjectNode> list(Plural plural, String namespace) {
    return resources.list(resource(plural), namespace, Resources.Selection.ALL).items();
  }

  ObjectNode mutating() {
    return get(Plural.MUTATING, "", WebhookConfigurations.MUTATING_NAME);
  }

  ObjectNode validating() {
    return get(Plural.VALIDATING, "", WebhookConfigurations.VALIDATING_NAME);
  }

  ObjectNode secret() {
    return get(Plural.SECRETS, NAMESPACE, "kruise-webhook-certs");
  }

  void advance(long millis) {
    timers.advance(Duration.ofMillis(millis));
  }

  KruiseClient client() {
    return new KruiseClient(
        surroundings, Caller.serviceAccount(NAMESPACE, "kruise-manager", "kruise-manager"));
  }

  /** A container of the small release's manager, or with other arguments. */
  Box managerBox(String... arguments) {
    ObjectNode spec =
        Json.object().put("name", "manager").put("image", "openkruise/kruise-manager:v1.8.3");
    spec.putArray("command").add("/manager");
    for (String argument : arguments) {
      Nodes.array(spec, "args").add(argument);
    }
    return box(spec);
  }

  /** A container. */
  Box box(ObjectNode spec) {
    int number = ++pods;
    ObjectNode pod = Json.object();
    pod.putObject("metadata").put("name", "pod-" + number).put("namespace", NAMESPACE);
    pod.putObject("spec").put("serviceAccountName", "kruise-manager").putArray("containers");
    pod.putObject("status").put("podIP", "10.244.0." + number);
    return new Box(pod, spec);
  }

  /** Starts a manager of a version. */
  Program.Running start(Box box, ManagerVersion version, KruiseBehavior behavior) {
    return new ManagerProgram(surroundings, () -> behavior, version, new CertificateCheck())
        .start(box);
  }

  /** Starts a manager of the newest version and lets it get ready, if it can. */
  Program.Running startAndWait(Box box) {
    Program.Running running = start(box, SmallRelease.VERSION, KruiseBehavior.FAST);
    advance(100);
    return running;
  }

  private Resource resource(JsonNode object) {
    return kinds
        .kind(object.path("apiVersion").asText(), object.path("kind").asText())
        .orElseThrow();
  }

  private Resource resource(Plural plural) {
    return kinds.versions(plural.group(), plural.name()).get(0);
  }

  private static Resources.Write write() {
    return new Resources.Write(false, "", "Strict", false, new ArrayList<>());
  }

  /** A container that a test looks into. */
  final class Box implements Program.Container {
    final List<String> log = new ArrayList<>();
    Optional<Integer> exit = Optional.empty();
    int probes;
    private final ObjectNode pod;
    private final ObjectNode spec;

    private Box(ObjectNode pod, ObjectNode spec) {
      this.pod = pod;
      this.spec = spec;
    }

    /** Whether a line of the log contains a text. */
    boolean said(String text) {
      return log.stream().anyMatch(line -> line.contains(text));
    }

    @Override
    public ObjectNode pod() {
      return pod;
    }

    @Override
    public ObjectNode spec() {
      return spec;
    }

    @Override
    public String address() {
      return Nodes.textOrEmpty(pod, "status", "podIP");
    }

    @Override
    public void log(String line) {
      log.add(line);
    }

    @Override
    public void exit(int code) {
      exit = Optional.of(code);
    }

    @Override
    public void later(Duration delay, Runnable task) {
      timers.after(
          delay,
          () -> {
            if (exit.isEmpty()) {
              task.run();
            }
          });
    }

    @Override
    public void probeNow() {
      probes++;
    }
  }

  /** Where pods listen. */
  static final class Ports implements Network {
    final Map<String, Integer> ports = new HashMap<>();

    @Override
    public void listen(String podAddress, int port, int loopbackPort) {
      ports.put(podAddress + ":" + port, loopbackPort);
    }

    @Override
    public void close(String podAddress, int port) {
      ports.remove(podAddress + ":" + port);
    }

    @Override
    public void closeAll(String podAddress) {
      ports.keySet().removeIf(key -> key.startsWith(podAddress + ":"));
    }

    @Override
    public Optional<Integer> loopbackPort(String podAddress, int port) {
      return Optional.ofNullable(ports.get(podAddress + ":" + port));
    }

    @Override
    public Trouble trouble(String podAddress) {
      return Trouble.NONE;
    }

    @Override
    public void obstruct(String namespace, Trouble trouble) {
      throw new UnsupportedOperationException();
    }
  }
}
