package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.fault.Effect;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Set;

/** What hangs below objects and is more than a part of them. */
final class Subresources {
  private static final Set<String> PROXIED = Set.of("services", "pods");

  private final Resources resources;
  private final BodyDecoder decoder;
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
  record Special(PodLogs logs, ServiceProxy proxy, TokenRequests tokens) {}

  Subresources(
      Resources resources,
      BodyDecoder decoder,
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
      case "binding" -> only(verb, "create", () -> bind(call, resource));
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
      case "get" -> {
        ObjectNode object =
            resources.get(resource, call.namespaceOf(resource), call.path().name());
        yield rendering.object(
            call, 200, AdHoc.SCALE, Scales.of(resources, resource, object), Effect.NONE);
      }
      case "update" -> writes.replace(call, resource);
      case "patch" -> writes.patch(call, resource);
      default -> throw Statuses.methodNotAllowed();
    };
  }

  private Answer evict(Call call) {
    Resources.Write write = WriteOptions.of(call, "CreateOptions");
    ObjectNode eviction = decode(call, AdHoc.EVICTION, write);
    String name = call.path().name();
    if (!Nodes.name(eviction).isEmpty() && !Nodes.name(eviction).equals(name)) {
      throw Statuses.badRequest("name in URL does not match name in Eviction object");
    }
    boolean dryRun =
        write.dryRun()
            || Nodes.list(eviction, "deleteOptions", "dryRun").stream()
                .anyMatch(value -> value.asText().equals("All"));
    Resources.Write effective =
        new Resources.Write(
            dryRun,
            write.fieldManager(),
            write.fieldValidation(),
            write.force(),
            write.warnings());
    resources.evict(call.caller(), call.path().namespace(), name, eviction, effective);
    return created(call, dryRun ? Effect.NONE : Effect.DELETED);
  }

  private Answer bind(Call call, Resource resource) {
    Resources.Write write = WriteOptions.of(call, "CreateOptions");
    ObjectNode binding = decode(call, AdHoc.BINDING, write);
    String node = Nodes.textOrEmpty(binding, "target", "name");
    if (node.isEmpty()) {
      Causes causes = new Causes();
      causes.required("target.name", "");
      causes.refuse("", "Binding", call.path().name());
    }
    ObjectNode patch = Json.object();
    patch.putObject("spec").put("nodeName", node);
    resources.patch(
        call.caller(),
        resource,
        call.path().namespace(),
        call.path().name(),
        "binding",
        "application/merge-patch+json",
        Json.bytes(patch),
        write);
    return created(call, write.dryRun() ? Effect.NONE : Effect.CHANGED);
  }

  private ObjectNode decode(Call call, Resource kind, Resources.Write write) {
    return decoder.decode(
        call.body(),
        PatchTypes.yaml(call.contentType()),
        kind,
        write.fieldValidation(),
        call.warnings());
  }

  private Answer created(Call call, Effect effect) {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Success").put("code", 201);
    return rendering.object(call, 201, null, status, effect);
  }
}
