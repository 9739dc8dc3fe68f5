package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SERVICES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which pods are behind a Service, and at which ports. */
final class ServicePods {
  private ServicePods() {}

  /** Has a queue look at the Services that a change concerns. */
  static void wake(Context context, WorkQueue<Key> queue) {
    context
        .informers()
        .on(
            SERVICES,
            (before, after) ->
                Context.both(before, after).forEach(service -> queue.add(Key.of(service))));
    context.informers().on(PODS, (before, after) -> podChanged(context, queue, before, after));
  }

  private static void podChanged(
      Context context,
      WorkQueue<Key> queue,
      @Nullable ObjectNode before,
      @Nullable ObjectNode after) {
    if (before != null && after != null && facts(before).equals(facts(after))) {
      return;
    }
    for (ObjectNode pod : Context.both(before, after)) {
      for (ObjectNode service : context.informers().seen(SERVICES, Nodes.namespace(pod))) {
        if (selects(service, pod)) {
          queue.addAfter(Key.of(service), context.delays().endpoints());
        }
      }
    }
  }

  private static List<Object> facts(ObjectNode pod) {
    return List.of(
        Nodes.labels(pod),
        Pods.isReady(pod),
        Pods.ended(pod),
        Owners.isDeleting(pod),
        Nodes.textOrEmpty(pod, "status", "podIP"));
  }

  /** Whether endpoints are kept for a Service at all. */
  static boolean isKept(JsonNode service) {
    return !Nodes.texts(service, "spec", "selector").isEmpty()
        && !Nodes.textOrEmpty(service, "spec", "type").equals("ExternalName");
  }

  static boolean selects(JsonNode service, JsonNode pod) {
    Map<String, String> selector = Nodes.texts(service, "spec", "selector");
    return !selector.isEmpty() && Selectors.matches(selector, Nodes.labels(pod));
  }

  static boolean isHeadless(JsonNode service) {
    return Nodes.textOrEmpty(service, "spec", "clusterIP").equals("None");
  }

  /** Pods that a Service selects, that have an address and have not ended. */
  static List<ObjectNode> of(Api api, JsonNode service, boolean terminating) {
    return api.list(PODS, Nodes.namespace(service)).stream()
        .filter(pod -> selects(service, pod))
        .filter(pod -> !Pods.ended(pod))
        .filter(pod -> !Nodes.textOrEmpty(pod, "status", "podIP").isEmpty())
        .filter(pod -> terminating || !Owners.isDeleting(pod))
        .toList();
  }

  static boolean publishesNotReady(JsonNode service) {
    return service.path("spec").path("publishNotReadyAddresses").asBoolean();
  }

  /** The ports of a Service as they are on a pod; those that the pod does not name are left out. */
  static List<ObjectNode> ports(JsonNode service, JsonNode pod) {
    List<ObjectNode> ports = new ArrayList<>();
    for (JsonNode port : Nodes.list(service, "spec", "ports")) {
      String protocol = Nodes.text(port, "protocol").orElse("TCP");
      Optional<Long> number = number(port, protocol, pod);
      if (number.isPresent()) {
        ObjectNode resolved = Json.object();
        resolved.put("name", Nodes.textOrEmpty(port, "name"));
        resolved.put("port", number.get()).put("protocol", protocol);
        Nodes.text(port, "appProtocol").ifPresent(app -> resolved.put("appProtocol", app));
        ports.add(resolved);
      }
    }
    return ports;
  }

  private static Optional<Long> number(JsonNode port, String protocol, JsonNode pod) {
    JsonNode target = Nodes.at(port, "targetPort");
    if (target.isIntegralNumber() && target.longValue() > 0) {
      return Optional.of(target.longValue());
    }
    if (!target.isTextual() || target.textValue().isEmpty()) {
      return Optional.of(Nodes.number(0, port, "port"));
    }
    return Nodes.list(pod, "spec", "containers").stream()
        .flatMap(container -> Nodes.list(container, "ports").stream())
        .filter(named -> Nodes.textOrEmpty(named, "name").equals(target.textValue()))
        .filter(named -> Nodes.text(named, "protocol").orElse("TCP").equals(protocol))
        .map(named -> Nodes.number(0, named, "containerPort"))
        .findFirst();
  }

  /** A reference to a pod as endpoints hold it. */
  static ObjectNode reference(JsonNode pod) {
    ObjectNode reference = Json.object();
    reference.put("kind", "Pod").put("namespace", Nodes.namespace(pod));
    return reference.put("name", Nodes.name(pod)).put("uid", Nodes.uid(pod));
  }
}
