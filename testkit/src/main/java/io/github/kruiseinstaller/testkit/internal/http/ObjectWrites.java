package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Access;
import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.auth.Escalation;
import io.github.kruiseinstaller.testkit.internal.fault.Effect;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** POST, PUT and PATCH on objects. */
final class ObjectWrites {
  private final Resources resources;
  private final BodyDecoder decoder;
  private final Rendering rendering;
  private final Authorizer authorizer;
  private final @Nullable Escalation escalation;

  /**
   * Writes.
   *
   * @param escalation asked before roles and bindings are written; null when nobody is restrained
   */
  ObjectWrites(
      Resources resources,
      BodyDecoder decoder,
      Rendering rendering,
      Authorizer authorizer,
      @Nullable Escalation escalation) {
    this.resources = resources;
    this.decoder = decoder;
    this.rendering = rendering;
    this.authorizer = authorizer;
    this.escalation = escalation;
  }

  /** POST on a collection. */
  Answer create(Call call, Resource resource) {
    Accept.of(call.headers().first("Accept"));
    boolean yaml = PatchTypes.yaml(call.contentType());
    Resources.Write write = WriteOptions.of(call, "CreateOptions");
    ObjectNode object = decode(call, yaml, resource, write);
    String namespace = call.namespaceOf(resource);
    if (escalation != null && Escalation.concerns(resource.group(), resource.plural())) {
      Access access = call.access();
      escalation.check(access, null, object);
    }
    ObjectNode created = resources.create(call.caller(), resource, namespace, object, write);
    return rendering.object(call, 201, resource, created, effect(call, Effect.CREATED));
  }

  /** PUT on an object or a subresource of it. */
  Answer replace(Call call, Resource resource) {
    Accept.of(call.headers().first("Accept"));
    Resources.Write write = WriteOptions.of(call, "UpdateOptions");
    boolean yaml = PatchTypes.yaml(call.contentType());
    boolean scale = call.path().subresource().equals("scale");
    ObjectNode object = decode(call, yaml, scale ? AdHoc.SCALE : resource, write);
    if (restrained(call, resource)) {
      ObjectNode next =
          resources.replace(
                  call.caller(), resource, call.namespaceOf(resource), name(call), "", object, dry(write))
              .object();
      checkEscalation(call, resource, next);
    }
    Optional<String> before = version(call, resource);
    Resources.Outcome outcome =
        resources.replace(
            call.caller(),
            resource,
            call.namespaceOf(resource),
            name(call),
            call.path().subresource(),
            object,
            write);
    return answer(call, resource, outcome, before);
  }

  /** PATCH on an object or a subresource of it. */
  Answer patch(Call call, Resource resource) {
    PatchTypes.check(resource, call.contentType());
    Accept.of(call.headers().first("Accept"));
    Resources.Write write = WriteOptions.of(call, "PatchOptions");
    if (restrained(call, resource)) {
      checkEscalation(call, resource, patched(call, resource, dry(write)).object());
    }
    Optional<String> before = version(call, resource);
    if (before.isEmpty() && call.contentType().equals(PatchTypes.APPLY)) {
      // An apply that creates needs both permissions.
      authorizer.check(call.accessTo("create"));
    }
    return answer(call, resource, patched(call, resource, write), before);
  }

  private Resources.Outcome patched(Call call, Resource resource, Resources.Write write) {
    return resources.patch(
        call.caller(),
        resource,
        call.namespaceOf(resource),
        name(call),
        call.path().subresource(),
        call.contentType(),
        call.body(),
        write);
  }

  private Answer answer(
      Call call, Resource resource, Resources.Outcome outcome, Optional<String> before) {
    boolean same = before.equals(Optional.of(Nodes.resourceVersion(outcome.object())));
    Effect effect =
        outcome.created() ? Effect.CREATED : same ? Effect.NONE : Effect.CHANGED;
    boolean scale = call.path().subresource().equals("scale");
    return rendering.object(
        call,
        outcome.created() ? 201 : 200,
        scale ? AdHoc.SCALE : resource,
        outcome.object(),
        effect(call, effect));
  }

  private ObjectNode decode(Call call, boolean yaml, Resource resource, Resources.Write write) {
    return decoder.decode(
        call.body(), yaml, resource, write.fieldValidation(), call.warnings());
  }

  /** Whether the write could hand out permissions, and somebody minds. */
  private boolean restrained(Call call, Resource resource) {
    return escalation != null
        && Escalation.concerns(resource.group(), resource.plural())
        && !call.caller().groups().contains("system:masters");
  }

  private void checkEscalation(Call call, Resource resource, ObjectNode next) {
    if (escalation != null) {
      ObjectNode old = resources.find(resource, call.namespaceOf(resource), name(call)).orElse(null);
      escalation.check(call.access(), old, next);
    }
  }

  private Optional<String> version(Call call, Resource resource) {
    return resources.find(resource, call.namespaceOf(resource), name(call)).map(Nodes::resourceVersion);
  }

  private static Resources.Write dry(Resources.Write write) {
    return new Resources.Write(
        true,
        write.fieldManager(),
        write.fieldValidation(),
        write.force(),
        new java.util.ArrayList<>());
  }

  private static Effect effect(Call call, Effect effect) {
    return call.dryRun() ? Effect.NONE : effect;
  }

  private static String name(Call call) {
    return call.path().name();
  }
}
