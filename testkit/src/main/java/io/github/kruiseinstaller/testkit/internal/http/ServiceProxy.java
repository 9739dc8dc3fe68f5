package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.network.Network;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The way through the API server to the pods of a Service, or to one pod. */
final class ServiceProxy implements AutoCloseable {
  private final Kinds kinds;
  private final Resources resources;
  private final Network network;
  private final PodClient client;

  /**
   * A proxy.
   *
   * @param dialTimeout after which packets that are dropped are given up
   */
  ServiceProxy(Kinds kinds, Resources resources, Network network, Duration dialTimeout) {
    this.kinds = kinds;
    this.resources = resources;
    this.network = network;
    this.client = new PodClient(dialTimeout);
  }

  /**
   * {@code name}, {@code name:port} or {@code scheme:name:port}.
   *
   * @param scheme empty for plain HTTP
   * @param name of the Service or pod
   * @param port its number or name, or empty
   */
  private record Target(String scheme, String name, String port) {
    private static Optional<Target> of(String id) {
      String[] parts = id.split(":", -1);
      return switch (parts.length) {
        case 1 -> Optional.of(new Target("", parts[0], ""));
        case 2 -> Optional.of(new Target("", parts[0], parts[1]));
        case 3 ->
            List.of("", "http", "https").contains(parts[0])
                ? Optional.of(new Target(parts[0], parts[1], parts[2]))
                : Optional.empty();
        default -> Optional.empty();
      };
    }
  }

  /** Where a request goes. */
  record Place(String address, int port) {
    @Override
    public String toString() {
      return address + ":" + port;
    }
  }

  /** The answer. */
  Answer answer(Call call) throws InterruptedException {
    String id = call.path().name();
    boolean service = call.path().resource().equals("services");
    Target target =
        Target.of(id)
            .orElseThrow(
                () ->
                    Statuses.badRequest(
                        "invalid " + (service ? "service" : "pod") + " request \"" + id + "\""));
    Place place = service ? ofService(call, target, id) : ofPod(call, target);
    return forward(call, target.scheme().equals("https"), place);
  }

  private Place ofService(Call call, Target target, String id) {
    String namespace = call.path().namespace();
    String portName = portName(namespace, target);
    ObjectNode endpoints = resources.get(kind("endpoints"), namespace, target.name());
    List<JsonNode> subsets = Nodes.list(endpoints, "subsets");
    if (subsets.isEmpty()) {
      throw Refusals.unavailable("no endpoints available for service \"" + target.name() + "\"");
    }
    for (JsonNode subset : subsets) {
      List<JsonNode> addresses = Nodes.list(subset, "addresses");
      for (JsonNode port : Nodes.list(subset, "ports")) {
        if (Nodes.textOrEmpty(port, "name").equals(portName) && !addresses.isEmpty()) {
          return new Place(
              Nodes.textOrEmpty(addresses.get(0), "ip"), (int) Nodes.number(0, port, "port"));
        }
      }
    }
    throw Refusals.unavailable("no endpoints available for service \"" + id + "\"");
  }

  /** A port's number is looked up in the Service: endpoints know ports by name. */
  private String portName(String namespace, Target target) {
    if (!target.port().matches("[0-9]+")) {
      return target.port();
    }
    ObjectNode service = resources.get(kind("services"), namespace, target.name());
    for (JsonNode port : Nodes.list(service, "spec", "ports")) {
      if (port.path("port").asText().equals(target.port())) {
        return Nodes.textOrEmpty(port, "name");
      }
    }
    throw Refusals.unavailable(
        "no service port " + target.port() + " found for service \"" + target.name() + "\"");
  }

  private Place ofPod(Call call, Target target) {
    ObjectNode pod = resources.get(kind("pods"), call.path().namespace(), target.name());
    String address = Nodes.textOrEmpty(pod, "status", "podIP");
    if (address.isEmpty()) {
      throw Statuses.badRequest("address not allowed");
    }
    String port = target.port();
    if (port.isEmpty()) {
      port =
          Nodes.list(pod, "spec", "containers").stream()
              .flatMap(container -> Nodes.list(container, "ports").stream())
              .map(found -> found.path("containerPort").asText())
              .findFirst()
              .orElse("80");
    }
    if (!port.matches("[0-9]{1,5}")) {
      throw Statuses.badRequest("invalid pod request \"" + call.path().name() + "\"");
    }
    return new Place(address, Integer.parseInt(port));
  }

  private Answer forward(Call call, boolean tls, Place place) throws InterruptedException {
    Network.Trouble trouble = network.trouble(place.address());
    if (trouble == Network.Trouble.DROPPED) {
      client.waitForDial();
      throw unreachable("dial tcp " + place + ": i/o timeout");
    } else if (trouble == Network.Trouble.CLOSED) {
      throw unreachable("EOF");
    }
    Optional<Integer> port = network.loopbackPort(place.address(), place.port());
    if (port.isEmpty()) {
      throw unreachable("dial tcp " + place + ": connect: connection refused");
    }
    try {
      return client.send(call, tls, port.get());
    } catch (java.net.ConnectException e) {
      throw unreachable("dial tcp " + place + ": connect: connection refused");
    } catch (InterruptedIOException e) {
      throw unreachable("dial tcp " + place + ": i/o timeout");
    } catch (IOException e) {
      boolean ended = e instanceof EOFException || e.getCause() instanceof EOFException;
      throw unreachable(ended ? "EOF" : String.valueOf(e.getMessage()));
    }
  }

  private static StatusException unreachable(String why) {
    return Refusals.unavailable("error trying to reach service: " + why);
  }

  private Resource kind(String plural) {
    return kinds.resource("", "v1", plural).orElseThrow(Statuses::noSuchPath);
  }

  @Override
  public void close() {
    client.close();
  }

  /** What a pod has answered. */
  static Answer.Whole answer(int status, String contentType, byte[] body) {
    return new Answer.Whole(status, contentType, body, Map.of());
  }
}
