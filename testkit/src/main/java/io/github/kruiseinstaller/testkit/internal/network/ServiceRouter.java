package io.github.kruiseinstaller.testkit.internal.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.network.Network.Trouble;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Finds the way from the API server to a pod behind a Service: the API server resolves the cluster
 * address, kube-proxy chooses a ready endpoint for each new connection. Thread-safe.
 */
public final class ServiceRouter {
  private final Services services;
  private final Network network;
  private final LongSupplier nanos;
  private final AtomicInteger turn = new AtomicInteger();
  private final Map<Id, Lagging<List<Endpoint>>> proxies = new ConcurrentHashMap<>();
  private volatile Duration proxyDelay = Duration.ZERO;

  /** What kube-proxy and the API server read. */
  public interface Services {
    /** A Service. */
    Optional<ObjectNode> service(String namespace, String name);

    /** All EndpointSlices of a Service. */
    List<ObjectNode> endpointSlices(String namespace, String name);
  }

  /**
   * Where a connection goes.
   *
   * @param clusterAddress the address that the API server dials
   * @param port the port that it dials
   * @param podAddress where kube-proxy sends it
   * @param loopbackPort the real socket
   * @param trouble on the way
   */
  record Way(
      String clusterAddress, int port, String podAddress, int loopbackPort, Trouble trouble) {}

  private record Id(String namespace, String name) {}

  /** A ready address with the ports of its slice by name. */
  private record Endpoint(String address, Map<String, Integer> ports) {}

  /**
   * A router.
   *
   * @param nanos simulated time, in which kube-proxy's delay is measured
   */
  public ServiceRouter(Services services, Network network, LongSupplier nanos) {
    this.services = services;
    this.network = network;
    this.nanos = nanos;
  }

  /** How long after a change of endpoints kube-proxy goes by the old ones; at first not at all. */
  public void proxyDelay(Duration delay) {
    proxyDelay = delay;
  }

  /** Something about a Service's endpoints changed just now; without it kube-proxy hears later. */
  public void endpointsChanged(String namespace, String name) {
    proxy(new Id(namespace, name)).look();
  }

  /** The address of a Service, or an empty text. */
  String clusterAddress(String namespace, String name) {
    return services
        .service(namespace, name)
        .map(service -> Nodes.textOrEmpty(service, "spec", "clusterIP"))
        .orElse("");
  }

  /** The state of the way to a Service's namespace. */
  Trouble troubleIn(String namespace) {
    return network.troubleIn(namespace);
  }

  /**
   * The way of a new connection.
   *
   * @throws DialException when there is none
   */
  Way route(String namespace, String name, int port) throws DialException {
    ObjectNode service =
        services
            .service(namespace, name)
            .orElseThrow(() -> new DialException("service \"" + name + "\" not found"));
    String address = Nodes.textOrEmpty(service, "spec", "clusterIP");
    if (Nodes.textOrEmpty(service, "spec", "type").equals("ExternalName")) {
      throw new DialException(
          "dial tcp: lookup "
              + Nodes.textOrEmpty(service, "spec", "externalName")
              + ": no such host");
    }
    if (address.equals("None")) {
      throw new DialException("cannot route to service with ClusterIP \"None\"");
    }
    JsonNode servicePort =
        Nodes.list(service, "spec", "ports").stream()
            .filter(candidate -> candidate.path("port").asInt() == port)
            .findFirst()
            .orElseThrow(
                () ->
                    new DialException(
                        "no service port " + port + " found for service \"" + name + "\""));
    return connect(new Id(namespace, name), address, port, Nodes.textOrEmpty(servicePort, "name"));
  }

  private Way connect(Id service, String address, int port, String portName) throws DialException {
    List<Endpoint> ready = new ArrayList<>(proxy(service).get());
    ready.removeIf(endpoint -> !endpoint.ports().containsKey(portName));
    if (ready.isEmpty()) {
      throw DialException.refused(address, port);
    }
    Endpoint chosen = ready.get(Math.floorMod(turn.getAndIncrement(), ready.size()));
    Trouble trouble = network.troubleIn(service.namespace());
    if (trouble == Trouble.NONE) {
      trouble = network.trouble(chosen.address());
    }
    Optional<Integer> loopback =
        network.loopbackPort(chosen.address(), chosen.ports().getOrDefault(portName, 0));
    if (loopback.isEmpty() && trouble == Trouble.NONE) {
      throw DialException.refused(address, port);
    }
    return new Way(address, port, chosen.address(), loopback.orElse(0), trouble);
  }

  private Lagging<List<Endpoint>> proxy(Id service) {
    return proxies.computeIfAbsent(
        service, id -> new Lagging<>(() -> ready(id), nanos, () -> proxyDelay));
  }

  private List<Endpoint> ready(Id service) {
    List<Endpoint> ready = new ArrayList<>();
    for (ObjectNode slice : services.endpointSlices(service.namespace(), service.name())) {
      Map<String, Integer> ports = new LinkedHashMap<>();
      for (JsonNode port : Nodes.list(slice, "ports")) {
        ports.put(Nodes.textOrEmpty(port, "name"), port.path("port").asInt());
      }
      for (JsonNode endpoint : Nodes.list(slice, "endpoints")) {
        if (Nodes.at(endpoint, "conditions", "ready").asBoolean(true)) {
          ready.add(new Endpoint(endpoint.path("addresses").path(0).asText(), ports));
        }
      }
    }
    return ready;
  }
}
