package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Access;
import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.auth.Escalation;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** POST, PUT and PATCH on objects. */
final class ObjectWrites {
  private final Resources resources;
  private final ObjectDecoder decoder;
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
      ObjectDecoder decoder,
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
    PatchTypes.yaml(call.contentType());
    Resources.Write write = WriteOptions.of(call, "CreateOptions");
    ObjectNode object = decode(call, resource, write);
    String namespace = call.namespaceOf(resource);
    if (escalation != null && Escalation.concerns(resource.group(), resource.plural())) {
      Access access = call.access();
      escalation.check(access, null, object);
    }
    ObjectNode created = resources.create(call.caller(), resource, namespace, object, write);
    return rendering.object(call, 201, resource, created);
  }

  /** PUT on an object or a subresource of it. */
  Answer replace(Call call, Resource resource) {
    Accept.of(call.headers().first("Accept"));
    Resources.Write write = askingToCreate(call, WriteOptions.of(call, "UpdateOptions"));
    PatchTypes.yaml(call.contentType());
    boolean scale = call.path().subresource().equals("scale");
    ObjectNode object =
        scale ? AdHoc.decode(decoder, call, AdHoc.SCALE, write) : decode(call, resource, write);
    if (restrained(call, resource)) {
      ObjectNode next =
          resources
              .replace(
                  call.caller(),
                  resource,
                  call.namespaceOf(resource),
                  name(call),
                  "",
                  object,
                  dry(write))
              .object();
      checkEscalation(call, resource, next);
    }
    Resources.Outcome outcome =
        resources.replace(
            call.caller(),
            resource,
            call.namespaceOf(resource),
            name(call),
            call.path().subresource(),
            object,
            write);
    return answer(call, resource, outcome);
  }

  /** PATCH on an object or a subresource of it. */
  Answer patch(Call call, Resource resource) {
    PatchTypes.check(resource, call.contentType());
    Accept.of(call.headers().first("Accept"));
    Resources.Write write = askingToCreate(call, WriteOptions.of(call, "PatchOptions"));
    if (restrained(call, resource)) {
      checkEscalation(call, resource, patched(call, resource, dry(write)).object());
    }
    return answer(call, resource, patched(call, resource, write));
  }

  /** A PUT or an apply that creates needs both permissions. */
  private Resources.Write askingToCreate(Call call, Resources.Write write) {
    return write.asking(() -> authorizer.check(call.accessTo("create")));
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

  private Answer answer(Call call, Resource resource, Resources.Outcome outcome) {
    return rendering.object(call, outcome.created() ? 201 : 200, resource, outcome.object());
  }

  private ObjectNode decode(Call call, Resource resource, Resources.Write write) {
    return decoder.decode(
        call.body(),
        call.contentType(),
        resource,
        new ObjectDecoder.Strictness(write.fieldValidation(), call.warnings()));
  }

  /** Whether the write could hand out permissions, and somebody minds. */
  private boolean restrained(Call call, Resource resource) {
    return escalation != null
        && Escalation.concerns(resource.group(), resource.plural())
        && !call.caller().groups().contains("system:masters");
  }

  private void checkEscalation(Call call, Resource resource, ObjectNode next) {
    if (escalation != null) {
      ObjectNode old =
          resources.find(resource, call.namespaceOf(resource), name(call)).orElse(null);
      escalation.check(call.access(), old, next);
    }
  }

  private static Resources.Write dry(Resources.Write write) {
    return new Resources.Write(
        true, write.fieldManager(), write.fieldValidation(), write.force(), new ArrayList<>());
  }

  private static String name(Call call) {
    return call.path().name();
  }
}
