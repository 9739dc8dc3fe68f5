package io.github.kruiseinstaller.testkit.internal.kruise;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.AdmissionChain;
import io.github.kruiseinstaller.testkit.internal.admission.ClusterState;
import io.github.kruiseinstaller.testkit.internal.admission.ConversionWebhook;
import io.github.kruiseinstaller.testkit.internal.admission.WebhookAdmission;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.auth.RbacAuthorizer;
import io.github.kruiseinstaller.testkit.internal.auth.RbacObjects;
import io.github.kruiseinstaller.testkit.internal.controller.ControllerManager;
import io.github.kruiseinstaller.testkit.internal.controller.Delays;
import io.github.kruiseinstaller.testkit.internal.controller.NodeSetup;
import io.github.kruiseinstaller.testkit.internal.kind.Defaults;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder.Strictness;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.kind.Validation;
import io.github.kruiseinstaller.testkit.internal.network.ServiceRouter;
import io.github.kruiseinstaller.testkit.internal.network.SimulatedNetwork;
import io.github.kruiseinstaller.testkit.internal.network.WebhookClient;
import io.github.kruiseinstaller.testkit.internal.patch.Patched;
import io.github.kruiseinstaller.testkit.internal.rest.ObjectRules;
import io.github.kruiseinstaller.testkit.internal.rest.Observer;
import io.github.kruiseinstaller.testkit.internal.rest.ResourceService;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Selection;
import io.github.kruiseinstaller.testkit.internal.rest.Wiring;
import io.github.kruiseinstaller.testkit.internal.store.ObjectStore;
import io.github.kruiseinstaller.testkit.internal.time.ManualTimers;
import io.github.kruiseinstaller.testkit.internal.time.WakingHours;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.ScenarioImages;
import io.github.kruiseinstaller.testkit.internal.workload.SelectedPods;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.yaml.snakeyaml.Yaml;

/** A cluster of the real parts, in which time and threads stand still until a test moves them. */
final class RealCluster implements AutoCloseable {
  private static final Caller ADMIN = Caller.system("kubectl");

  final KindRegistry kinds = new KindRegistry();
  final ManualTimers timers = new ManualTimers(Instant.parse("2026-03-01T12:00:00Z"));
  final SimulatedNetwork network = new SimulatedNetwork();
  final ObservedChanges changes = new ObservedChanges();
  final ScenarioImages scenarios = new ScenarioImages();
  final ResourceService resources;
  final KruiseImages images;
  final ControllerManager controllers;
  final WebhookClient calls;
  private final WebhookAdmission admission;
  private final ObjectStore store = new ObjectStore(10_000);
  private final ObjectDecoder decoder = new ObjectDecoder(kinds);
  private final Deque<Runnable> work = new ArrayDeque<>();

  RealCluster(KruiseBehavior behavior) {
    ServiceRouter router = router();
    calls = new WebhookClient(router, timers::now, timeout -> timeout, new WakingHours("limits"));
    State state = new State();
    admission =
        new WebhookAdmission(
            new WebhookAdmission.Wiring(state, kinds, calls, this::convert, timers::nanos));
    resources =
        new ResourceService(
            new Wiring(
                store,
                kinds,
                new Rules(),
                new AdmissionChain(state, admission, new SplittableRandom(1)),
                new ConversionWebhook(calls)::convert,
                timers::now,
                this::wrote));
    Surroundings surroundings =
        new Surroundings(
            resources,
            kinds,
            changes,
            new RbacAuthorizer(new Roles()),
            network,
            timers,
            work::addLast);
    images = new KruiseImages(scenarios, surroundings, behavior);
    controllers =
        new ControllerManager(
            new ControllerManager.Parts(
                resources,
                kinds,
                network,
                images,
                new SelectedPods(),
                timers,
                Delays.realistic(),
                "-----BEGIN CERTIFICATE-----",
                work::addLast),
            List.of(NodeSetup.named("node-1")));
    controllers.start();
    seconds(1);
  }

  private void wrote(
      String verb, Resource resource, String namespace, String name, Observer.Effect effect) {
    changes.wrote(verb, resource, namespace, name, effect);
    if (effect != Observer.Effect.NONE) {
      controllers.changed(resource.groupResource(), namespace, name);
    }
  }

  /** Lets time pass, with all that is due done when it is due. */
  void seconds(long seconds) {
    run();
    long until = timers.nanos() + Duration.ofSeconds(seconds).toNanos();
    while (timers.nanos() < until) {
      long left = until - timers.nanos();
      long step = timers.next().map(Duration::toNanos).orElse(left);
      timers.advance(Duration.ofNanos(Math.min(left, step)));
      run();
    }
  }

  private void run() {
    for (Runnable next = work.pollFirst(); next != null; next = work.pollFirst()) {
      next.run();
    }
  }

  /** Creates all objects of a text, definitions first established. */
  void apply(String yaml) {
    List<ObjectNode> later = new ArrayList<>();
    for (Object document : new Yaml().loadAll(yaml)) {
      if (!(Json.of(document) instanceof ObjectNode object)) {
        continue;
      }
      boolean early =
          List.of("Namespace", "CustomResourceDefinition").contains(object.path("kind").asText());
      if (early) {
        add(object);
      } else {
        later.add(object);
      }
    }
    seconds(1);
    later.forEach(this::add);
  }

  ObjectNode add(ObjectNode object) {
    Resource resource =
        kinds.kind(object.path("apiVersion").asText(), object.path("kind").asText()).orElseThrow();
    ObjectNode decoded =
        decoder.decode(
            Json.bytes(object),
            "application/json",
            resource,
            new Strictness("Strict", new ArrayList<>()));
    return resources.create(ADMIN, resource, Nodes.namespace(object), decoded, write("Strict"));
  }

  ObjectNode get(Plural plural, String namespace, String name) {
    return resources.get(resource(plural), namespace, name);
  }

  List<ObjectNode> list(Plural plural, String namespace) {
    return resources.list(resource(plural), namespace, Selection.ALL).items();
  }

  void edit(Plural plural, String namespace, String name, Consumer<ObjectNode> change) {
    ObjectNode object = get(plural, namespace, name);
    change.accept(object);
    resources.replace(ADMIN, resource(plural), namespace, name, "", object, write("Strict"));
  }

  void delete(Plural plural, String namespace, String name) {
    resources.delete(
        ADMIN,
        resource(plural),
        namespace,
        name,
        new Resources.Delete("Background", null, "", "", false));
  }

  private Resource resource(Plural plural) {
    return kinds.versions(plural.group(), plural.name()).get(0);
  }

  /** Reads Services for a router. */
  ServiceRouter router() {
    return new ServiceRouter(
        new ServiceRouter.Services() {
          @Override
          public Optional<ObjectNode> service(String namespace, String name) {
            return resources.find(resource(new Plural("", "services")), namespace, name);
          }

          @Override
          public List<ObjectNode> endpointSlices(String namespace, String name) {
            Plural slices = new Plural("discovery.k8s.io", "endpointslices");
            return list(slices, namespace).stream()
                .filter(slice -> name.equals(Nodes.labels(slice).get("kubernetes.io/service-name")))
                .toList();
          }
        },
        network,
        timers::nanos);
  }

  /** The log of the only container of a pod. */
  String log(String namespace, String pod, String container) {
    return controllers
        .logs()
        .current(namespace, pod, container)
        .map(log -> log.toString())
        .orElse("");
  }

  static ObjectNode json(String text) {
    return (ObjectNode) Json.parse(text.replace('\'', '"').getBytes(UTF_8));
  }

  private static Resources.Write write(String validation) {
    return new Resources.Write(false, "", validation, false, new ArrayList<>());
  }

  @Override
  public void close() {
    controllers.close();
    admission.close();
    calls.close();
    store.close();
  }

  private ObjectNode convert(ObjectNode object, String apiVersion) {
    return resources.convert(object, apiVersion);
  }

  private final class State implements ClusterState {
    @Override
    public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
      return resources.find(resource(new Plural(group, plural)), namespace, name);
    }

    @Override
    public List<ObjectNode> list(String group, String plural, String namespace) {
      return RealCluster.this.list(new Plural(group, plural), namespace);
    }
  }

  private final class Rules implements ObjectRules {
    @Override
    public void applyDefaults(Resource resource, ObjectNode object) {
      Defaults.apply(resource, object);
      decoder.normalize(object);
    }

    @Override
    public void prune(Resource resource, ObjectNode object) {
      decoder.prune(resource, object);
    }

    @Override
    public void validateCreate(Resource resource, ObjectNode object) {
      Validation.create(resource, object);
    }

    @Override
    public void validateUpdate(
        Resource resource, ObjectNode live, ObjectNode object, String subresource) {
      Validation.update(resource, object, live, subresource);
    }

    @Override
    public ObjectNode decodePatched(
        Resource resource, Patched patched, String fieldValidation, List<String> warnings) {
      return patched.object();
    }

    @Override
    public ObjectNode decodeApplied(byte[] body, String fieldValidation, List<String> warnings) {
      return (ObjectNode) Json.parse(body);
    }
  }

  private final class Roles implements RbacObjects {
    private static final String GROUP = "rbac.authorization.k8s.io";

    @Override
    public Optional<ObjectNode> role(String namespace, String name) {
      return resources.find(resource(new Plural(GROUP, "roles")), namespace, name);
    }

    @Override
    public Optional<ObjectNode> clusterRole(String name) {
      return resources.find(resource(new Plural(GROUP, "clusterroles")), "", name);
    }

    @Override
    public List<ObjectNode> clusterRoles() {
      return list(new Plural(GROUP, "clusterroles"), "");
    }

    @Override
    public List<ObjectNode> roleBindings(String namespace) {
      return list(new Plural(GROUP, "rolebindings"), namespace);
    }

    @Override
    public List<ObjectNode> clusterRoleBindings() {
      return list(new Plural(GROUP, "clusterrolebindings"), "");
    }
  }

  static JsonNode condition(JsonNode object, String type) {
    return Nodes.list(object, "status", "conditions").stream()
        .filter(condition -> condition.path("type").asText().equals(type))
        .findFirst()
        .orElse(Json.object());
  }
}
