package io.github.kruiseinstaller.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.AdmissionChain;
import io.github.kruiseinstaller.testkit.internal.admission.ClusterState;
import io.github.kruiseinstaller.testkit.internal.admission.ConversionWebhook;
import io.github.kruiseinstaller.testkit.internal.admission.WebhookAdmission;
import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.auth.RbacAuthorizer;
import io.github.kruiseinstaller.testkit.internal.controller.ControllerManager;
import io.github.kruiseinstaller.testkit.internal.controller.NodeSetup;
import io.github.kruiseinstaller.testkit.internal.discovery.Discovery;
import io.github.kruiseinstaller.testkit.internal.http.ApiServer;
import io.github.kruiseinstaller.testkit.internal.http.ClusterAuthority;
import io.github.kruiseinstaller.testkit.internal.http.DiscoveryDocuments.Document;
import io.github.kruiseinstaller.testkit.internal.http.EffectMeter;
import io.github.kruiseinstaller.testkit.internal.http.StoredRbac;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.kruise.KruiseImages;
import io.github.kruiseinstaller.testkit.internal.kruise.ObservedChanges;
import io.github.kruiseinstaller.testkit.internal.kruise.Surroundings;
import io.github.kruiseinstaller.testkit.internal.network.ServiceRouter;
import io.github.kruiseinstaller.testkit.internal.network.SimulatedNetwork;
import io.github.kruiseinstaller.testkit.internal.network.WebhookClient;
import io.github.kruiseinstaller.testkit.internal.rest.KindRules;
import io.github.kruiseinstaller.testkit.internal.rest.Observer;
import io.github.kruiseinstaller.testkit.internal.rest.ResourceService;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.rest.Wiring;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.store.ObjectStore;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.time.ClusterThreads;
import io.github.kruiseinstaller.testkit.internal.time.ScaledTimers;
import io.github.kruiseinstaller.testkit.internal.time.WakingHours;
import io.github.kruiseinstaller.testkit.internal.workload.ScenarioImages;
import io.github.kruiseinstaller.testkit.internal.workload.SelectedPods;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Puts the parts of a cluster together, starts them, and ends them in the opposite order. */
final class Assembly implements AutoCloseable {
  private static final int HISTORY = 20_000;
  private static final Duration SHORTEST_WEBHOOK_TIMEOUT = Duration.ofSeconds(5);

  final KindRegistry kinds = new KindRegistry();
  final SimulatedNetwork network = new SimulatedNetwork();
  final ScenarioImages images = new ScenarioImages();
  final SelectedPods pods = new SelectedPods();
  final ResourceService resources;
  final KruiseImages kruise;
  final ControllerManager controllers;
  final ApiServer server;
  private final ObjectStore store = new ObjectStore(HISTORY);
  private final ObservedChanges changes = new ObservedChanges();
  private final EffectMeter effects = new EffectMeter();
  private final ScaledTimers timers;
  private final ClusterThreads threads;
  private final WebhookClient webhooks;
  private final WebhookAdmission hooks;
  private volatile @Nullable ControllerManager told;
  private volatile @Nullable Discovery discovery;

  Assembly(String name, Pace pace, double speed, List<NodeSetup> nodes) {
    timers = new ScaledTimers(speed, name + "-time");
    threads = new ClusterThreads(name + "-work-");
    ObjectDecoder decoder = new ObjectDecoder(kinds);
    ServiceRouter router = new ServiceRouter(new StoredServices(), network, timers::nanos);
    webhooks =
        new WebhookClient(
            router,
            Instant::now,
            timeout -> paced(timeout, speed),
            new WakingHours(name + "-webhook-limits"));
    ConversionWebhook conversion = new ConversionWebhook(webhooks);
    ClusterState state = new StoredState();
    hooks =
        new WebhookAdmission(
            new WebhookAdmission.Wiring(state, kinds, webhooks, this::convert, timers::nanos));
    AdmissionChain admission = new AdmissionChain(state, hooks, new SplittableRandom());
    resources =
        new ResourceService(
            new Wiring(
                store,
                kinds,
                new KindRules(kinds),
                admission,
                conversion::convert,
                Instant::now,
                observer()));
    ClusterAuthority authority = new ClusterAuthority();
    Authorizer authorizer = new RbacAuthorizer(new StoredRbac(kinds, resources));
    kruise =
        new KruiseImages(
            images,
            new Surroundings(resources, kinds, changes, authorizer, network, timers, threads),
            pace.behavior());
    controllers =
        new ControllerManager(
            new ControllerManager.Parts(
                resources,
                kinds,
                network,
                kruise,
                pods,
                timers,
                pace.delays(speed),
                authority.pem(),
                threads),
            nodes);
    server =
        new ApiServer(
            new ApiServer.Parts(
                name,
                authority,
                kinds,
                resources,
                decoder,
                effects,
                this::document,
                controllers.logs(),
                network,
                Instant::now),
            authorizer);
  }

  void start() {
    told = controllers;
    controllers.start();
    server.start();
    controllers.serverListens(URI.create(server.url()).getPort());
    webhooks.ownToken(server.tokens().add("system:apiserver", List.of("system:masters")));
    discovery = new Discovery(kinds, URI.create(server.url()).getAuthority());
  }

  @Override
  public void close() {
    server.breakOff();
    // Requests that wait for a webhook must end before their threads can; nobody is answered what
    // comes of it.
    webhooks.close();
    server.close();
    controllers.close();
    timers.close();
    threads.close();
    hooks.close();
    store.close();
  }

  /** Shorter than configured, but not below what a handshake takes on a busy machine. */
  private static Duration paced(Duration timeout, double speed) {
    Duration paced = Duration.ofNanos((long) (timeout.toNanos() / speed));
    Duration shortest =
        timeout.compareTo(SHORTEST_WEBHOOK_TIMEOUT) < 0 ? timeout : SHORTEST_WEBHOOK_TIMEOUT;
    return paced.compareTo(shortest) < 0 ? shortest : paced;
  }

  private Optional<Document> document(String path, String accept) {
    Discovery documents = discovery;
    return documents == null
        ? Optional.empty()
        : documents.page(path, accept).map(page -> new Document(page.contentType(), page.body()));
  }

  private ObjectNode convert(ObjectNode object, String apiVersion) {
    return resources.convert(object, apiVersion);
  }

  private Observer observer() {
    return (verb, resource, namespace, name, effect) -> {
      effects.wrote(verb, resource, namespace, name, effect);
      changes.wrote(verb, resource, namespace, name, effect);
      ControllerManager manager = told;
      if (effect != Observer.Effect.NONE && manager != null) {
        manager.changed(resource.groupResource(), namespace, name);
      }
    };
  }

  /** What admission reads, without copies: it changes nothing. */
  private final class StoredState implements ClusterState {
    @Override
    public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
      return store.find(Statuses.qualified(group, plural), namespace, name).map(Stored::tree);
    }

    @Override
    public List<ObjectNode> list(String group, String plural, String namespace) {
      return store.list(Statuses.qualified(group, plural), namespace).items().stream()
          .map(Stored::tree)
          .toList();
    }
  }

  /** Services and their endpoints as they are stored. */
  private final class StoredServices implements ServiceRouter.Services {
    @Override
    public Optional<ObjectNode> service(String namespace, String name) {
      return resources.view(kind("v1", "Service"), namespace, name);
    }

    @Override
    public List<ObjectNode> endpointSlices(String namespace, String name) {
      return resources.views(
          kind("discovery.k8s.io/v1", "EndpointSlice"),
          namespace,
          new Resources.Selection("kubernetes.io/service-name=" + name, "", 0, "", "", ""));
    }

    private Resource kind(String apiVersion, String kind) {
      return kinds
          .kind(apiVersion, kind)
          .orElseThrow(() -> new IllegalStateException(kind + " is not served"));
    }
  }
}
