package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Containers of a pod. */
final class ContainerValidation {
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
  private static final List<String> PULL = List.of("Always", "IfNotPresent", "Never");
  private static final List<String> MESSAGES = List.of("File", "FallbackToLogsOnError");
  private static final List<String> HANDLERS =
      List.of("exec", "httpGet", "tcpSocket", "grpc", "sleep");
  private static final List<String> PROBES =
      List.of("livenessProbe", "readinessProbe", "startupProbe");
  private static final Set<String> RESOURCES = Set.of("cpu", "memory", "ephemeral-storage");

  private final FieldErrors errors;
  private final Set<String> volumes;
  private final boolean hostNetwork;

  ContainerValidation(FieldErrors errors, Set<String> volumes, boolean hostNetwork) {
    this.errors = errors;
    this.volumes = volumes;
    this.hostNetwork = hostNetwork;
  }

  /** What all containers have in common. */
  void container(String at, JsonNode container) {
    String name = Nodes.textOrEmpty(container, "name");
    if (name.isEmpty()) {
      errors.required(at + ".name");
    } else {
      errors.invalid(at + ".name", name, Names.label(name));
    }
    if (Nodes.textOrEmpty(container, "image").isEmpty()) {
      errors.required(at + ".image");
    }
    errors.oneOf(
        at + ".terminationMessagePolicy", container.path("terminationMessagePolicy"), MESSAGES);
    ports(at + ".ports", Nodes.list(container, "ports"));
    env(at + ".env", Nodes.list(container, "env"));
    mounts(at + ".volumeMounts", Nodes.list(container, "volumeMounts"));
    errors.oneOf(at + ".imagePullPolicy", container.path("imagePullPolicy"), PULL);
    resources(at + ".resources", container.path("resources"));
  }

  private void ports(String field, List<JsonNode> ports) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      JsonNode port = ports.get(i);
      String at = field + "[" + i + "]";
      String name = Nodes.textOrEmpty(port, "name");
      if (!name.isEmpty()) {
        List<String> wrong = Names.portName(name);
        errors.invalid(at + ".name", name, wrong);
        if (wrong.isEmpty() && !names.add(name)) {
          errors.duplicate(at + ".name", Json.text(name));
        }
      }
      long number = port.path("containerPort").asLong();
      if (number == 0) {
        errors.required(at + ".containerPort");
      } else {
        port(at + ".containerPort", number);
      }
      hostPort(at, port, number);
      errors.oneOf(at + ".protocol", port.path("protocol"), PROTOCOLS);
    }
  }

  private void hostPort(String at, JsonNode port, long containerPort) {
    long hostPort = port.path("hostPort").asLong();
    if (hostPort == 0) {
      return;
    }
    port(at + ".hostPort", hostPort);
    if (hostNetwork && hostPort != containerPort) {
      errors.invalid(
          at + ".hostPort",
          Json.of(hostPort),
          "must match `containerPort` when `hostNetwork` is true");
    }
  }

  private void port(String field, long number) {
    for (String wrong : Names.port(number)) {
      errors.invalid(field, Json.of(number), wrong);
    }
  }

  /** No two containers on the same port of the node. */
  void hostPorts(String at, JsonNode container, Set<String> taken) {
    int i = 0;
    for (JsonNode port : Nodes.list(container, "ports")) {
      String field = at + ".ports[" + i++ + "].hostPort";
      long hostPort = port.path("hostPort").asLong();
      String key =
          Nodes.textOrEmpty(port, "protocol")
              + "/"
              + Nodes.textOrEmpty(port, "hostIP")
              + "/"
              + hostPort;
      if (hostPort != 0 && !taken.add(key)) {
        errors.duplicate(field, Json.text(key));
      }
    }
  }

  private void env(String field, List<JsonNode> variables) {
    for (int i = 0; i < variables.size(); i++) {
      JsonNode variable = variables.get(i);
      String at = field + "[" + i + "]";
      String name = Nodes.textOrEmpty(variable, "name");
      if (name.isEmpty()) {
        errors.required(at + ".name");
      } else {
        errors.invalid(at + ".name", name, Names.env(name));
      }
      valueFrom(at + ".valueFrom", variable);
    }
  }

  private void valueFrom(String at, JsonNode variable) {
    JsonNode from = Nodes.at(variable, "valueFrom");
    if (!from.isObject()) {
      return;
    }
    for (String source : List.of("configMapKeyRef", "secretKeyRef")) {
      if (from.has(source)) {
        keyRef(at + "." + source, from.path(source));
      }
    }
    if (from.has("fieldRef") && Nodes.textOrEmpty(from, "fieldRef", "fieldPath").isEmpty()) {
      errors.required(at + ".fieldRef.fieldPath");
    }
    if (!Nodes.textOrEmpty(variable, "value").isEmpty()) {
      if (!from.isEmpty()) {
        errors.invalid(at, "", "may not be specified when `value` is not empty");
      }
    } else if (from.isEmpty()) {
      errors.invalid(
          at,
          "",
          "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`,"
              + " `secretKeyRef` or `fileKeyRef`");
    } else if (from.size() > 1) {
      errors.invalid(at, "", "may not have more than one field specified at a time");
    }
  }

  private void keyRef(String at, JsonNode ref) {
    String name = Nodes.textOrEmpty(ref, "name");
    errors.invalid(at + ".name", name, Names.subdomain(name));
    String key = Nodes.textOrEmpty(ref, "key");
    if (key.isEmpty()) {
      errors.required(at + ".key");
    } else {
      errors.invalid(at + ".key", key, Names.configKey(key));
    }
  }

  private void mounts(String field, List<JsonNode> mounts) {
    Set<String> paths = new HashSet<>();
    for (int i = 0; i < mounts.size(); i++) {
      String at = field + "[" + i + "]";
      String name = Nodes.textOrEmpty(mounts.get(i), "name");
      if (name.isEmpty()) {
        errors.required(at + ".name");
      }
      if (!volumes.contains(name)) {
        errors.notFound(at + ".name", name);
      }
      String path = Nodes.textOrEmpty(mounts.get(i), "mountPath");
      if (path.isEmpty()) {
        errors.required(at + ".mountPath");
      }
      if (!paths.add(path)) {
        errors.invalid(at + ".mountPath", path, "must be unique");
      }
    }
  }

  private void resources(String field, JsonNode resources) {
    for (String kind : List.of("limits", "requests")) {
      for (Map.Entry<String, JsonNode> entry : resources.path(kind).properties()) {
        String name = entry.getKey();
        String at = field + "." + kind + "[" + name + "]";
        if (!name.contains("/") && !RESOURCES.contains(name) && !name.startsWith("hugepages-")) {
          errors.invalid(at, name, "must be a standard resource type or fully qualified");
          errors.invalid(at, name, "must be a standard resource for containers");
        }
        if (quantity(entry.getValue()).signum() < 0) {
          errors.invalid(at, entry.getValue().asText(), "must be greater than or equal to 0");
        }
      }
    }
    for (Map.Entry<String, JsonNode> request : resources.path("requests").properties()) {
      JsonNode limit = resources.path("limits").path(request.getKey());
      if (!limit.isMissingNode() && quantity(request.getValue()).compareTo(quantity(limit)) > 0) {
        errors.invalid(
            field + ".requests",
            request.getValue().asText(),
            "must be less than or equal to " + request.getKey() + " limit of " + limit.asText());
      }
    }
  }

  private static BigDecimal quantity(JsonNode node) {
    return Quantities.value(node.asText()).orElse(BigDecimal.ZERO);
  }

  /** The probes of a container that runs beside others. */
  void probes(String at, JsonNode container) {
    Nodes.at(container, "lifecycle")
        .properties()
        .forEach(
            moment -> {
              if (moment.getValue().isObject()) {
                handler(at + ".lifecycle." + moment.getKey(), moment.getValue());
              }
            });
    for (String name : PROBES) {
      JsonNode probe = Nodes.at(container, name);
      if (probe.isObject()) {
        probe(at + "." + name, probe, name.equals("readinessProbe"));
      }
    }
  }

  /** Those of a container that runs before the others. */
  void initProbes(String at, JsonNode container) {
    if (Nodes.textOrEmpty(container, "restartPolicy").equals("Always")) {
      probes(at, container);
      return;
    }
    for (String name : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
      if (container.hasNonNull(name)) {
        errors.forbidden(
            at + "." + name, "may not be set for init containers without restartPolicy=Always");
      }
    }
  }

  private void probe(String at, JsonNode probe, boolean readiness) {
    handler(at, probe);
    for (String field :
        List.of(
            "initialDelaySeconds",
            "timeoutSeconds",
            "periodSeconds",
            "successThreshold",
            "failureThreshold")) {
      errors.notNegative(at + "." + field, probe.path(field));
    }
    if (!readiness && probe.path("successThreshold").asLong() != 1) {
      errors.invalid(at + ".successThreshold", probe.path("successThreshold"), "must be 1");
    }
  }

  private void handler(String at, JsonNode handler) {
    Optional<String> first = HANDLERS.stream().filter(handler::hasNonNull).findFirst();
    if (first.isEmpty()) {
      errors.required(at, "must specify a handler type");
      return;
    }
    HANDLERS.stream()
        .filter(name -> handler.hasNonNull(name) && !name.equals(first.get()))
        .forEach(
            name -> errors.forbidden(at + "." + name, "may not specify more than 1 handler type"));
    if (first.get().equals("httpGet")) {
      httpGet(at + ".httpGet", handler.path("httpGet"));
    } else if (first.get().equals("tcpSocket")) {
      portOrName(at + ".tcpSocket.port", handler.path("tcpSocket").path("port"));
    } else if (first.get().equals("exec") && Nodes.list(handler, "exec", "command").isEmpty()) {
      errors.required(at + ".exec.command");
    }
  }

  private void httpGet(String at, JsonNode httpGet) {
    portOrName(at + ".port", httpGet.path("port"));
    errors.oneOf(at + ".scheme", httpGet.path("scheme"), List.of("HTTP", "HTTPS"));
    for (JsonNode header : Nodes.list(httpGet, "httpHeaders")) {
      String name = Nodes.textOrEmpty(header, "name");
      errors.invalid(at + ".httpHeaders", name, Names.header(name));
    }
  }

  private void portOrName(String field, JsonNode port) {
    portOrName(errors, field, port);
  }

  /** A port by number or by name. */
  static void portOrName(FieldErrors errors, String field, JsonNode port) {
    if (port.isTextual()) {
      errors.invalid(field, port.textValue(), Names.portName(port.textValue()));
    } else {
      for (String wrong : Names.port(port.asLong())) {
        errors.invalid(field, Json.of(port.asLong()), wrong);
      }
    }
  }
}
