package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.CLUSTER_ROLES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.CLUSTER_ROLE_BINDINGS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.ENDPOINTS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.ENDPOINT_SLICES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NAMESPACES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NODES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SERVICES;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.auth.DefaultRoles;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;

/** What is in a cluster from the start: namespaces, nodes, the Service of the API server. */
final class Bootstrap {
  /** Where the API server is, as pods see it. */
  static final String SERVER = "172.18.255.1";

  static final int PORT = 6443;

  private final Context context;
  private final Api server;

  Bootstrap(Context context) {
    this.context = context;
    this.server = context.api().as(Caller.apiServer());
  }

  void namespaces() {
    for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
      ObjectNode namespace = Json.object();
      namespace.put("apiVersion", "v1").put("kind", "Namespace");
      namespace.putObject("metadata").put("name", name);
      server.ensure(NAMESPACES, namespace);
    }
  }

  /** The roles that everybody may count on, and who has them. */
  void roles() {
    DefaultRoles.clusterRoles().forEach(role -> server.ensure(CLUSTER_ROLES, role));
    DefaultRoles.clusterRoleBindings()
        .forEach(binding -> server.ensure(CLUSTER_ROLE_BINDINGS, binding));
  }

  /** The Service {@code kubernetes}. */
  void service() {
    ObjectNode service = object("v1", "Service");
    ObjectNode labels = Nodes.object(service, "metadata", "labels");
    labels.put("component", "apiserver").put("provider", "kubernetes");
    ObjectNode spec = service.putObject("spec");
    spec.put("type", "ClusterIP").put("clusterIP", "10.96.0.1");
    spec.putArray("clusterIPs").add("10.96.0.1");
    spec.put("sessionAffinity", "None");
    spec.putArray("ports")
        .addObject()
        .put("name", "https")
        .put("protocol", "TCP")
        .put("port", 443)
        .put("targetPort", PORT);
    server.ensure(SERVICES, service);
    ObjectNode endpoints = object("v1", "Endpoints");
    Nodes.object(endpoints, "metadata", "labels")
        .put("endpointslice.kubernetes.io/skip-mirror", "true");
    ObjectNode subset = endpoints.putArray("subsets").addObject();
    subset.putArray("addresses").addObject().put("ip", SERVER);
    subset.putArray("ports").add(port());
    server.ensure(ENDPOINTS, endpoints);
    ObjectNode slice = object("discovery.k8s.io/v1", "EndpointSlice");
    Nodes.object(slice, "metadata", "labels").put("kubernetes.io/service-name", "kubernetes");
    slice.put("addressType", "IPv4");
    ObjectNode endpoint = slice.putArray("endpoints").addObject();
    endpoint.putArray("addresses").add(SERVER);
    endpoint.putObject("conditions").put("ready", true);
    slice.putArray("ports").add(port());
    server.ensure(ENDPOINT_SLICES, slice);
  }

  private static ObjectNode port() {
    return Json.object().put("name", "https").put("port", PORT).put("protocol", "TCP");
  }

  private static ObjectNode object(String apiVersion, String kind) {
    ObjectNode object = Json.object();
    object.put("apiVersion", apiVersion).put("kind", kind);
    object.putObject("metadata").put("name", "kubernetes").put("namespace", "default");
    return object;
  }

  /** A node that is ready at once. */
  void node(NodeSetup setup) {
    Api kubelet =
        context
            .api()
            .as(
                new Caller(
                    "system:node:" + setup.name(),
                    List.of("system:nodes", "system:authenticated"),
                    "kubelet/v1.34.0"));
    ObjectNode node = Json.object();
    node.put("apiVersion", "v1").put("kind", "Node");
    ObjectNode metadata = node.putObject("metadata").put("name", setup.name());
    ObjectNode labels = metadata.putObject("labels");
    labels.put("kubernetes.io/arch", "amd64").put("kubernetes.io/os", "linux");
    labels.put("beta.kubernetes.io/arch", "amd64").put("beta.kubernetes.io/os", "linux");
    labels.put("kubernetes.io/hostname", setup.name());
    setup.labels().forEach(labels::put);
    ObjectNode spec = node.putObject("spec");
    ArrayNode taints = Json.array();
    setup.taints().forEach(taint -> taints.add(taint(taint)));
    if (!taints.isEmpty()) {
      spec.set("taints", taints);
    }
    if (kubelet.find(NODES, "", setup.name()).isEmpty()) {
      ObjectNode created = kubelet.create(NODES, node);
      created.set("status", status(setup));
      kubelet.updateStatus(NODES, created);
    }
  }

  private static ObjectNode taint(String text) {
    int colon = text.lastIndexOf(':');
    String pair = colon < 0 ? text : text.substring(0, colon);
    int equals = pair.indexOf('=');
    ObjectNode taint = Json.object();
    taint.put("key", equals < 0 ? pair : pair.substring(0, equals));
    if (equals >= 0) {
      taint.put("value", pair.substring(equals + 1));
    }
    return taint.put("effect", colon < 0 ? "NoSchedule" : text.substring(colon + 1));
  }

  private ObjectNode status(NodeSetup setup) {
    ObjectNode status = Json.object();
    for (String field : List.of("capacity", "allocatable")) {
      status
          .putObject(field)
          .put("cpu", setup.cpu())
          .put("memory", setup.memory())
          .put("ephemeral-storage", "100Gi")
          .put("pods", Integer.toString(setup.pods()));
    }
    condition(status, "MemoryPressure", "False", "KubeletHasSufficientMemory");
    condition(status, "DiskPressure", "False", "KubeletHasNoDiskPressure");
    condition(status, "PIDPressure", "False", "KubeletHasSufficientPID");
    condition(status, "Ready", "True", "KubeletReady");
    ArrayNode addresses = status.putArray("addresses");
    addresses
        .addObject()
        .put("type", "InternalIP")
        .put("address", NodeAgent.addressOf(setup.name()));
    addresses.addObject().put("type", "Hostname").put("address", setup.name());
    status
        .putObject("nodeInfo")
        .put("architecture", "amd64")
        .put("bootID", "00000000-0000-0000-0000-000000000000")
        .put("containerRuntimeVersion", "containerd://2.1.4")
        .put("kernelVersion", "6.1.0")
        .put("kubeProxyVersion", "")
        .put("kubeletVersion", "v1.34.0")
        .put("machineID", "simulated")
        .put("operatingSystem", "linux")
        .put("osImage", "Simulated Linux")
        .put("systemUUID", "simulated");
    return status;
  }

  private void condition(ObjectNode status, String type, String value, String reason) {
    String message =
        switch (reason) {
          case "KubeletHasSufficientMemory" -> "kubelet has sufficient memory available";
          case "KubeletHasNoDiskPressure" -> "kubelet has no disk pressure";
          case "KubeletHasSufficientPID" -> "kubelet has sufficient PID available";
          default -> "kubelet is posting ready status";
        };
    ObjectNode condition = Conditions.of(type, value, reason, message);
    condition.put("lastHeartbeatTime", context.now());
    Conditions.set(status, condition, context.now());
  }
}
