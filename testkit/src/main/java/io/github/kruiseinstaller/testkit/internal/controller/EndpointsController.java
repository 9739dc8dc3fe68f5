package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.ENDPOINTS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SERVICES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps the Endpoints of Services, one object each. */
final class EndpointsController {
  private static final String TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time";

  private final Context context;
  private final Api api;

  EndpointsController(Context context) {
    this.context = context;
    this.api = context.api().controller("endpoint-controller");
    WorkQueue<Key> queue = context.queue("endpoint", 2, this::sync);
    ServicePods.wake(context, queue);
  }

  private void sync(Key key) {
    ObjectNode service = api.find(SERVICES, key).orElse(null);
    ObjectNode there = api.find(ENDPOINTS, key).orElse(null);
    if (service == null) {
      if (there != null) {
        api.delete(ENDPOINTS, there);
      }
      return;
    }
    if (!ServicePods.isKept(service)) {
      return;
    }
    ObjectNode wanted = there == null ? fresh(key) : there.deepCopy();
    ArrayNode subsets = subsets(service);
    if (subsets.isEmpty()) {
      wanted.remove("subsets");
    } else {
      wanted.set("subsets", subsets);
    }
    ObjectNode labels = Json.object();
    Nodes.labels(service).forEach(labels::put);
    if (ServicePods.isHeadless(service)) {
      labels.put("service.kubernetes.io/headless", "");
    }
    labels.put("endpoints.kubernetes.io/managed-by", "endpoint-controller");
    Nodes.object(wanted, "metadata").set("labels", labels);
    write(there, wanted);
  }

  private void write(@Nullable ObjectNode there, ObjectNode wanted) {
    if (wanted.equals(there)) {
      return;
    }
    Nodes.object(wanted, "metadata", "annotations").put(TRIGGER, context.now());
    if (there != null) {
      api.update(ENDPOINTS, wanted);
      return;
    }
    try {
      api.create(ENDPOINTS, wanted);
    } catch (StatusException e) {
      if (!PodControl.isNamespaceTerminating(e)) {
        throw e;
      }
    }
  }

  private static ObjectNode fresh(Key key) {
    ObjectNode endpoints = Json.object();
    endpoints.put("apiVersion", "v1").put("kind", "Endpoints");
    endpoints.putObject("metadata").put("name", key.name()).put("namespace", key.namespace());
    return endpoints;
  }

  private ArrayNode subsets(ObjectNode service) {
    boolean all = ServicePods.publishesNotReady(service);
    Map<ArrayNode, ObjectNode> subsets = new LinkedHashMap<>();
    for (ObjectNode pod : ServicePods.of(api, service, all)) {
      ArrayNode ports = Json.array();
      ServicePods.ports(service, pod).forEach(ports::add);
      if (ports.isEmpty() && !ServicePods.isHeadless(service)) {
        continue;
      }
      ObjectNode subset = subsets.computeIfAbsent(ports, any -> Json.object());
      boolean ready = all || Pods.isReady(pod);
      Nodes.array(subset, ready ? "addresses" : "notReadyAddresses").add(address(pod));
      if (!ports.isEmpty()) {
        subset.set("ports", named(ports));
      }
    }
    ArrayNode list = Json.array();
    subsets.values().forEach(list::add);
    return list;
  }

  /** Endpoints leave an empty name out. */
  private static ArrayNode named(ArrayNode ports) {
    ArrayNode copy = ports.deepCopy();
    for (JsonNode port : copy) {
      if (port instanceof ObjectNode object && Nodes.textOrEmpty(object, "name").isEmpty()) {
        object.remove("name");
      }
    }
    return copy;
  }

  private static ObjectNode address(JsonNode pod) {
    ObjectNode address = Json.object();
    address.put("ip", Nodes.textOrEmpty(pod, "status", "podIP"));
    address.put("nodeName", Pods.node(pod));
    address.set("targetRef", ServicePods.reference(pod));
    return address;
  }
}
