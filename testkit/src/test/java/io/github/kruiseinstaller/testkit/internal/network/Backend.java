package io.github.kruiseinstaller.testkit.internal.network;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.network.Certificates.Identity;
import io.github.kruiseinstaller.testkit.internal.network.Certificates.Validity;
import io.github.kruiseinstaller.testkit.internal.network.HttpsListener.Site;
import io.github.kruiseinstaller.testkit.internal.time.WakingHours;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A Service {@code hook} in namespace {@code sys}, pods behind it, and a client that calls it. */
public final class Backend implements ServiceRouter.Services, AutoCloseable {
  public static final String ADDRESS = "10.96.158.22";
  public static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  public static final Validity VALID = Validity.tenYears(NOW);

  public final SimulatedNetwork network = new SimulatedNetwork();
  public final AtomicLong nanos = new AtomicLong();
  public final ServiceRouter router = new ServiceRouter(this, network, nanos::get);
  public final WebhookClient client;
  public final Certificates authority = Certificates.authority("hook-ca", VALID);

  /** Time-outs last longer than they say, unless a test waits for one. */
  public volatile UnaryOperator<Duration> pace = duration -> duration.multipliedBy(20);

  private final Map<String, ObjectNode> services = new ConcurrentHashMap<>();
  private final Map<String, ObjectNode> slices = new ConcurrentHashMap<>();
  private final List<HttpsListener> listeners = new ArrayList<>();
  private final HeldPorts ports = new HeldPorts();

  public Backend() {
    client =
        new WebhookClient(
            router, () -> NOW, duration -> pace.apply(duration), new WakingHours("limits"));
    service("hook", ADDRESS, 443);
  }

  /** Time-outs are over soon. */
  public void hurry() {
    pace = duration -> duration.dividedBy(100);
  }

  public ObjectNode service(String name, String address, int port) {
    ObjectNode service = Json.object();
    service.putObject("metadata").put("name", name).put("namespace", "sys");
    ObjectNode spec = service.putObject("spec");
    spec.put("clusterIP", address).put("type", "ClusterIP");
    spec.putArray("ports").addObject().put("port", port).put("targetPort", 9876);
    services.put(name, service);
    return service;
  }

  /** The addresses that are ready; with a dash before them those that are not. */
  public void endpoints(String... addresses) {
    ObjectNode slice = Json.object();
    slice.putArray("ports").addObject().put("name", "").put("port", 9876);
    ArrayNode endpoints = slice.putArray("endpoints");
    for (String address : addresses) {
      ObjectNode endpoint = endpoints.addObject();
      endpoint.putArray("addresses").add(address.replace("-", ""));
      endpoint.putObject("conditions").put("ready", !address.startsWith("-"));
    }
    slices.put("hook", slice);
  }

  public Identity identity(String... names) {
    return authority.issue(List.of(names), VALID);
  }

  /** A pod that listens and is ready. */
  public HttpsListener pod(String address, Site site) {
    return pod(address, identity("hook.sys.svc", "localhost"), site);
  }

  public HttpsListener pod(String address, Identity identity, Site site) {
    HttpsListener listener = HttpsListener.start(identity, site);
    listeners.add(listener);
    network.listen(address, 9876, listener.port());
    return listener;
  }

  /** A pod's process ends, and nobody tells the network; its port refuses until the end. */
  public void kill(HttpsListener listener) {
    listener.close();
    ports.hold(listener.port());
  }

  public ObjectNode clientConfig(String service, String caPem) {
    ObjectNode config = Json.object();
    config.putObject("service").put("namespace", "sys").put("name", service).put("path", "/check");
    if (!caPem.isEmpty()) {
      config.put(
          "caBundle",
          Base64.getEncoder().encodeToString(caPem.getBytes(StandardCharsets.ISO_8859_1)));
    }
    return config;
  }

  public WebhookTarget target() {
    return WebhookTarget.of(clientConfig("hook", authority.caPem()));
  }

  public void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  @Override
  public Optional<ObjectNode> service(String namespace, String name) {
    return namespace.equals("sys") ? Optional.ofNullable(services.get(name)) : Optional.empty();
  }

  @Override
  public List<ObjectNode> endpointSlices(String namespace, String name) {
    ObjectNode slice = slices.get(name);
    return slice == null ? List.of() : List.of(slice);
  }

  @Override
  public void close() {
    client.close();
    listeners.forEach(HttpsListener::close);
    ports.close();
  }
}
