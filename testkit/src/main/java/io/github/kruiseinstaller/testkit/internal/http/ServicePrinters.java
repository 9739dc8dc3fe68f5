package io.github.kruiseinstaller.testkit.internal.http;

import static io.github.kruiseinstaller.testkit.internal.http.WorkloadPrinters.age;
import static io.github.kruiseinstaller.testkit.internal.http.WorkloadPrinters.cell;
import static io.github.kruiseinstaller.testkit.internal.http.WorkloadPrinters.name;
import static io.github.kruiseinstaller.testkit.internal.http.WorkloadPrinters.orNone;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Services and their endpoints, as rows. */
final class ServicePrinters {
  private static final int SHOWN = 3;

  private ServicePrinters() {}

  static Printer services() {
    return Printer.of(
        name(),
        cell(
            Column.text("Type", "How it can be reached."),
            (service, now) -> Nodes.textOrEmpty(service, "spec", "type")),
        cell(
            Column.text("Cluster-IP", "Its address inside."),
            (service, now) -> orNone(Nodes.at(service, "spec", "clusterIPs").path(0).asText())),
        cell(
            Column.text("External-IP", "Its addresses outside."),
            (service, now) -> externalIp(service)),
        cell(Column.text("Port(s)", "Its ports."), (service, now) -> ports(service)),
        age(),
        cell(
            Column.text("Selector", "Which pods belong to it.").wide(),
            (service, now) -> orNone(SelectorText.of(Nodes.at(service, "spec", "selector")))));
  }

  private static String externalIp(JsonNode service) {
    List<String> external =
        Nodes.list(service, "spec", "externalIPs").stream().map(JsonNode::asText).toList();
    return switch (Nodes.textOrEmpty(service, "spec", "type")) {
      case "ClusterIP", "NodePort" -> orNone(String.join(",", external));
      case "ExternalName" -> Nodes.textOrEmpty(service, "spec", "externalName");
      case "LoadBalancer" -> {
        Stream<String> balancer =
            Nodes.list(service, "status", "loadBalancer", "ingress").stream()
                .map(
                    ingress ->
                        Nodes.text(ingress, "ip").orElse(Nodes.textOrEmpty(ingress, "hostname")));
        String all = Stream.concat(balancer, external.stream()).collect(Collectors.joining(","));
        yield all.isEmpty() ? "<pending>" : all;
      }
      default -> "<unknown>";
    };
  }

  private static String ports(JsonNode service) {
    return orNone(
        Nodes.list(service, "spec", "ports").stream()
            .map(
                port -> {
                  long nodePort = Nodes.number(0, port, "nodePort");
                  return Nodes.number(0, port, "port")
                      + (nodePort > 0 ? ":" + nodePort : "")
                      + "/"
                      + Nodes.textOrEmpty(port, "protocol");
                })
            .collect(Collectors.joining(",")));
  }

  static Printer endpoints() {
    return Printer.of(
        name(),
        cell(
            Column.text("Endpoints", "Where connections end."),
            (object, now) -> {
              List<String> all = new ArrayList<>();
              for (JsonNode subset : Nodes.list(object, "subsets")) {
                addAddresses(subset, all);
              }
              return all.isEmpty() ? "<none>" : shortened(all);
            }),
        age());
  }

  private static void addAddresses(JsonNode subset, List<String> all) {
    List<JsonNode> addresses = Nodes.list(subset, "addresses");
    List<JsonNode> ports = Nodes.list(subset, "ports");
    if (ports.isEmpty()) {
      addresses.forEach(address -> all.add(Nodes.textOrEmpty(address, "ip")));
    }
    for (JsonNode port : ports) {
      for (JsonNode address : addresses) {
        all.add(Nodes.textOrEmpty(address, "ip") + ":" + Nodes.number(0, port, "port"));
      }
    }
  }

  static Printer slices() {
    return Printer.of(
        name(),
        cell(
            Column.text("AddressType", "What the addresses are."),
            (slice, now) -> Nodes.textOrEmpty(slice, "addressType")),
        cell(
            Column.text("Ports", "On which ports."),
            (slice, now) ->
                orUnset(
                    Nodes.list(slice, "ports").stream()
                        .map(
                            port ->
                                port.has("port")
                                    ? port.path("port").asText()
                                    : Nodes.text(port, "name").orElse("*"))
                        .toList())),
        cell(
            Column.text("Endpoints", "Where connections end."),
            (slice, now) ->
                orUnset(
                    Nodes.list(slice, "endpoints").stream()
                        .flatMap(endpoint -> Nodes.list(endpoint, "addresses").stream())
                        .map(JsonNode::asText)
                        .toList())),
        age());
  }

  private static String orUnset(List<String> all) {
    return all.isEmpty() ? "<unset>" : shortened(all);
  }

  private static String shortened(List<String> all) {
    String text = String.join(",", all.subList(0, Math.min(SHOWN, all.size())));
    return all.size() > SHOWN ? text + " + " + (all.size() - SHOWN) + " more..." : text;
  }
}
