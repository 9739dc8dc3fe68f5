package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.Set;

/** What hangs below objects and is more than a part of them. */
final class Subresources {
  private static final Set<String> PROXIED = Set.of("services", "pods");

  private final Resources resources;
  private final ObjectDecoder decoder;
  private final Rendering rendering;
  private final ObjectWrites writes;
  private final Special special;

  /**
   * Those that have a class of their own.
   *
   * @param logs {@code pods/log}
   * @param proxy {@code services/proxy}, {@code pods/proxy}
   * @param tokens {@code serviceaccounts/token}
   */
  record Special(LogReads logs, ServiceProxy proxy, TokenRequests tokens) {}

  Subresources(
      Resources resources,
      ObjectDecoder decoder,
      Rendering rendering,
      ObjectWrites writes,
      Special special) {
    this.resources = resources;
    this.decoder = decoder;
    this.rendering = rendering;
    this.writes = writes;
    this.special = special;
  }

  /** Whether it is a way through to a pod. */
  boolean proxies(Resource resource, String subresource) {
    return subresource.equals("proxy")
        && resource.group().isEmpty()
        && PROXIED.contains(resource.plural());
  }

  /** The answer. */
  Answer answer(Call call, Resource resource) throws InterruptedException {
    String subresource = call.path().subresource();
    String verb = call.path().verb();
    if (proxies(resource, subresource)) {
      return special.proxy().answer(call);
    }
    return switch (subresource) {
      case "scale" -> scale(call, resource);
      case "eviction" -> only(verb, "create", () -> evict(call));
      case "binding" -> only(verb, "create", () -> bind(call));
      case "token" -> only(verb, "create", () -> special.tokens().answer(call, resource));
      case "log" -> only(verb, "get", () -> special.logs().answer(call, resource));
      case "finalize" -> only(verb, "update", () -> writes.replace(call, resource));
      case "exec", "attach", "portforward" -> throw Statuses.badRequest("Upgrade request required");
      default -> throw Statuses.noSuchPath();
    };
  }

  private static Answer only(
      String verb, String allowed, java.util.function.Supplier<Answer> answer) {
    if (!verb.equals(allowed)) {
      throw Statuses.methodNotAllowed();
    }
    return answer.get();
  }

  private Answer scale(Call call, Resource resource) {
    return switch (call.path().verb()) {
      case "get" ->
          rendering.object(
              call,
              200,
              resource,
              resources.subresource(
                  resource, call.namespaceOf(resource), call.path().name(), "scale"));
      case "update" -> writes.replace(call, resource);
      case "patch" -> writes.patch(call, resource);
      default -> throw Statuses.methodNotAllowed();
    };
  }

  private Answer evict(Call call) {
    Resources.Write write = WriteOptions.of(call, "CreateOptions");
    ObjectNode eviction = AdHoc.decode(decoder, call, AdHoc.EVICTION, write);
    resources.evict(call.caller(), call.path().namespace(), call.path().name(), eviction, write);
    return created(call);
  }

  private Answer bind(Call call) {
    Resources.Write write = WriteOptions.of(call, "CreateOptions");
    ObjectNode binding = AdHoc.decode(decoder, call, AdHoc.BINDING, write);
    resources.bind(call.caller(), call.path().namespace(), call.path().name(), binding, write);
    return created(call);
  }

  private Answer created(Call call) {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Success").put("code", 201);
    return rendering.object(call, 201, null, status);
  }
}
