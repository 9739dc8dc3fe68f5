package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Services. */
final class ServiceValidation {
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
  private static final List<String> TYPES =
      List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");

  private final FieldErrors errors;

  ServiceValidation(FieldErrors errors) {
    this.errors = errors;
  }

  /** A Service. */
  void service(ObjectNode service) {
    JsonNode spec = service.path("spec");
    List<JsonNode> ports = Nodes.list(spec, "ports");
    String type = Nodes.textOrEmpty(spec, "type");
    if (ports.isEmpty() && !isHeadless(spec) && !type.equals("ExternalName")) {
      errors.required("spec.ports");
    }
    if (isHeadless(spec) && Set.of("LoadBalancer", "NodePort").contains(type)) {
      errors.invalid(
          "spec.clusterIPs[0]", "None", "may not be set to 'None' for " + type + " services");
    }
    if (type.equals("ExternalName")) {
      externalName(spec);
    }
    ports(ports);
    MetaValidation.labels(errors, "spec.selector", spec.path("selector"));
    errors.oneOf("spec.sessionAffinity", spec.path("sessionAffinity"), List.of("ClientIP", "None"));
    errors.oneOf("spec.type", spec.path("type"), TYPES);
    nodePorts(ports, type);
    distinct(ports);
    policies(spec);
  }

  private static boolean isHeadless(JsonNode spec) {
    return Nodes.textOrEmpty(spec, "clusterIP").equals("None");
  }

  private void externalName(JsonNode spec) {
    if (!Nodes.list(spec, "clusterIPs").isEmpty()) {
      errors.forbidden("spec.clusterIPs", "may not be set for ExternalName services");
    }
    String name = Nodes.textOrEmpty(spec, "externalName");
    if (name.isEmpty()) {
      errors.required("spec.externalName");
    } else {
      errors.invalid("spec.externalName", name, Names.subdomain(name));
    }
  }

  private void ports(List<JsonNode> ports) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      JsonNode port = ports.get(i);
      String at = "spec.ports[" + i + "]";
      String name = Nodes.textOrEmpty(port, "name");
      if (ports.size() > 1 && name.isEmpty()) {
        errors.required(at + ".name");
      } else if (!name.isEmpty()) {
        errors.invalid(at + ".name", name, Names.label(name));
        if (!names.add(name)) {
          errors.duplicate(at + ".name", Json.text(name));
        }
      }
      long number = port.path("port").asLong();
      for (String wrong : Names.port(number)) {
        errors.invalid(at + ".port", Json.of(number), wrong);
      }
      errors.oneOf(at + ".protocol", port.path("protocol"), PROTOCOLS);
      ContainerValidation.portOrName(errors, at + ".targetPort", port.path("targetPort"));
      String protocol = Nodes.textOrEmpty(port, "appProtocol");
      if (!protocol.isEmpty()) {
        errors.invalid(at + ".appProtocol", protocol, Names.qualified(protocol));
      }
    }
  }

  private void nodePorts(List<JsonNode> ports, String type) {
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      String at = "spec.ports[" + i + "].nodePort";
      JsonNode nodePort = ports.get(i).path("nodePort");
      if (nodePort.asLong() == 0) {
        continue;
      }
      if (type.equals("ClusterIP")) {
        errors.forbidden(at, "may not be used when `type` is 'ClusterIP'");
      }
      if (!taken.add(Nodes.textOrEmpty(ports.get(i), "protocol") + nodePort)) {
        errors.duplicate(at, nodePort);
      }
    }
  }

  private void distinct(List<JsonNode> ports) {
    Set<JsonNode> seen = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      ObjectNode key = Json.object().put("Name", "");
      key.set("Protocol", ports.get(i).path("protocol"));
      key.putNull("AppProtocol");
      key.put("Port", ports.get(i).path("port").asLong());
      key.put("TargetPort", 0L).put("NodePort", 0L);
      if (!seen.add(key)) {
        errors.duplicate("spec.ports[" + i + "]", key);
      }
    }
  }

  private void policies(JsonNode spec) {
    String type = Nodes.textOrEmpty(spec, "type");
    if (spec.hasNonNull("allocateLoadBalancerNodePorts") && !type.equals("LoadBalancer")) {
      errors.forbidden(
          "spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'");
    }
    List<String> policies = List.of("Cluster", "Local");
    errors.oneOf("spec.internalTrafficPolicy", spec.path("internalTrafficPolicy"), policies);
    errors.oneOf("spec.externalTrafficPolicy", spec.path("externalTrafficPolicy"), policies);
    errors.oneOf(
        "spec.ipFamilyPolicy",
        spec.path("ipFamilyPolicy"),
        List.of("SingleStack", "PreferDualStack", "RequireDualStack"));
  }

  /** What of a Service must not change. */
  void update(ObjectNode service, ObjectNode live) {
    JsonNode now = service.path("spec");
    JsonNode before = live.path("spec");
    boolean external =
        Nodes.textOrEmpty(now, "type").equals("ExternalName")
            || Nodes.textOrEmpty(before, "type").equals("ExternalName");
    if (external || (isHeadless(now) && isHeadless(before))) {
      return;
    }
    List<JsonNode> addresses = Nodes.list(now, "clusterIPs");
    List<JsonNode> old = Nodes.list(before, "clusterIPs");
    if (old.isEmpty()) {
      return;
    }
    if (addresses.isEmpty()) {
      errors.invalid(
          "spec.clusterIPs[0]", now.path("clusterIPs"), "primary clusterIP can not be unset");
    } else if (!addresses.get(0).equals(old.get(0))) {
      errors.invalid("spec.clusterIPs[0]", now.path("clusterIPs"), "may not change once set");
    }
  }
}
