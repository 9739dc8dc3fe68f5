package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.ENDPOINT_SLICES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SERVICES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps the EndpointSlices of Services: one for each set of ports that their pods have. */
final class EndpointSliceController {
  private static final String SERVICE_NAME = "kubernetes.io/service-name";
  private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
  private static final String OWN = "endpointslice-controller.k8s.io";

  private final Context context;
  private final Api api;

  EndpointSliceController(Context context) {
    this.context = context;
    this.api = context.api().controller("endpointslice-controller");
    WorkQueue<Key> queue = context.queue("endpointslice", 2, this::sync);
    ServicePods.wake(context, queue);
    context
        .informers()
        .on(
            ENDPOINT_SLICES,
            (before, after) -> {
              if (after == null && before != null) {
                // Somebody deleted one: it is made again.
                queue.add(
                    new Key(
                        Nodes.namespace(before),
                        Nodes.labels(before).getOrDefault(SERVICE_NAME, "")));
              }
            });
  }

  private void sync(Key key) {
    ObjectNode service = api.find(SERVICES, key).orElse(null);
    if (service == null || !ServicePods.isKept(service) || Owners.isDeleting(service)) {
      return;
    }
    List<ObjectNode> existing =
        new ArrayList<>(
            api.list(
                ENDPOINT_SLICES,
                key.namespace(),
                Map.of(SERVICE_NAME, key.name(), MANAGED_BY, OWN)));
    existing.removeIf(Owners::isDeleting);
    List<ObjectNode> missing = new ArrayList<>();
    wanted(service)
        .forEach((ports, endpoints) -> keep(service, ports, endpoints, existing, missing));
    // What is left over gets other ports before anything is created or deleted.
    for (ObjectNode wanted : missing) {
      if (existing.isEmpty()) {
        create(wanted);
      } else {
        update(existing.remove(0), wanted);
      }
    }
    existing.forEach(slice -> api.delete(ENDPOINT_SLICES, slice));
  }

  private Map<ArrayNode, ArrayNode> wanted(ObjectNode service) {
    Map<ArrayNode, ArrayNode> wanted = new LinkedHashMap<>();
    for (ObjectNode pod : ServicePods.of(api, service, true)) {
      ArrayNode ports = Json.array();
      ServicePods.ports(service, pod).forEach(ports::add);
      wanted.computeIfAbsent(ports, any -> Json.array()).add(endpoint(service, pod));
    }
    if (wanted.isEmpty()) {
      wanted.put(Json.array(), Json.array());
    }
    return wanted;
  }

  private void keep(
      ObjectNode service,
      ArrayNode ports,
      ArrayNode endpoints,
      List<ObjectNode> existing,
      List<ObjectNode> missing) {
    ObjectNode wanted = slice(service, ports, endpoints);
    for (ObjectNode slice : existing) {
      if (ports.equals(slice.path("ports"))) {
        existing.remove(slice);
        update(slice, wanted);
        return;
      }
    }
    missing.add(wanted);
  }

  private void create(ObjectNode wanted) {
    try {
      api.create(ENDPOINT_SLICES, wanted);
    } catch (StatusException e) {
      if (!PodControl.isNamespaceTerminating(e)) {
        throw e;
      }
    }
  }

  private void update(ObjectNode slice, ObjectNode wanted) {
    ObjectNode changed = slice.deepCopy();
    changed.set("ports", wanted.path("ports"));
    changed.set("endpoints", wanted.path("endpoints"));
    Nodes.object(changed, "metadata").set("labels", wanted.path("metadata").path("labels"));
    if (!withEmptyLists(changed).equals(withEmptyLists(slice))) {
      Nodes.object(changed, "metadata", "annotations")
          .put("endpoints.kubernetes.io/last-change-trigger-time", context.now());
      api.update(ENDPOINT_SLICES, changed);
    }
  }

  /** The API server prints empty lists as null. */
  private static ObjectNode withEmptyLists(ObjectNode slice) {
    ObjectNode copy = slice.deepCopy();
    Nodes.array(copy, "ports");
    Nodes.array(copy, "endpoints");
    return copy;
  }

  private ObjectNode slice(ObjectNode service, ArrayNode ports, ArrayNode endpoints) {
    ObjectNode slice = Json.object();
    slice.put("apiVersion", "discovery.k8s.io/v1").put("kind", "EndpointSlice");
    ObjectNode metadata = slice.putObject("metadata");
    metadata
        .put("generateName", Nodes.name(service) + "-")
        .put("namespace", Nodes.namespace(service));
    ObjectNode labels = metadata.putObject("labels");
    Nodes.labels(service).forEach(labels::put);
    if (ServicePods.isHeadless(service)) {
      labels.put("service.kubernetes.io/headless", "");
    }
    labels.put(SERVICE_NAME, Nodes.name(service)).put(MANAGED_BY, OWN);
    metadata
        .putObject("annotations")
        .put("endpoints.kubernetes.io/last-change-trigger-time", context.now());
    metadata.putArray("ownerReferences").add(Owners.reference(SERVICES.in(api.kinds()), service));
    slice.put("addressType", "IPv4");
    slice.set("endpoints", orNull(endpoints));
    slice.set("ports", orNull(ports));
    return slice;
  }

  private static JsonNode orNull(ArrayNode list) {
    return list.isEmpty() ? NullNode.getInstance() : list;
  }

  private static ObjectNode endpoint(JsonNode service, JsonNode pod) {
    boolean serving = Pods.isReady(pod);
    boolean terminating = Owners.isDeleting(pod);
    ObjectNode endpoint = Json.object();
    endpoint.putArray("addresses").add(Nodes.textOrEmpty(pod, "status", "podIP"));
    ObjectNode conditions = endpoint.putObject("conditions");
    conditions.put("ready", ServicePods.publishesNotReady(service) || (serving && !terminating));
    conditions.put("serving", serving).put("terminating", terminating);
    endpoint.put("nodeName", Pods.node(pod));
    endpoint.set("targetRef", ServicePods.reference(pod));
    return endpoint;
  }
}
