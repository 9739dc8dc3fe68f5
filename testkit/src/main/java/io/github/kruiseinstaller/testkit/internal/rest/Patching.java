package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.FieldManagers;
import io.github.kruiseinstaller.testkit.internal.apply.Writer;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.patch.PatchType;
import io.github.kruiseinstaller.testkit.internal.patch.Patched;
import io.github.kruiseinstaller.testkit.internal.patch.Patches;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Outcome;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Write;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** PATCH of an object, or on any subresource that is the whole object. */
final class Patching {
  private final Wiring wiring;
  private final FieldManagers managers;
  private final Update update;

  Patching(Wiring wiring, FieldManagers managers, Update update) {
    this.wiring = wiring;
    this.managers = managers;
    this.update = update;
  }

  Outcome patch(Request request, PatchType type, byte[] patch) {
    boolean creates = type == PatchType.APPLY && request.subresource().isEmpty();
    return update.run(
        request,
        Update.Manner.ofClient(Lens.WHOLE, creates, ""),
        live -> {
          ObjectNode next =
              type == PatchType.APPLY
                  ? applied(request, live, patch)
                  : patched(request, type, existing(request, live), patch);
          check(request, live, next);
          return next;
        });
  }

  private ObjectNode applied(Request request, @Nullable ObjectNode live, byte[] patch) {
    Write write = request.write();
    Writer writer = new Writer(write.fieldManager(), request.subresource(), now());
    ObjectNode config =
        wiring.rules().decodeApplied(patch, write.fieldValidation(), write.warnings());
    ObjectNode next = managers.applied(request.resource(), live, config, writer, write.force());
    wiring.rules().applyDefaults(request.resource(), next);
    return next;
  }

  private ObjectNode patched(Request request, PatchType type, ObjectNode live, byte[] patch) {
    Resource resource = request.resource();
    Write write = request.write();
    Patched patched = Patches.patch(type, resource.schema(), live, patch, write.fieldValidation());
    ObjectNode next =
        wiring.rules().decodePatched(resource, patched, write.fieldValidation(), write.warnings());
    wiring.rules().applyDefaults(resource, next);
    return managers.updated(resource, live, next, request.writer(wiring.clock()));
  }

  private static ObjectNode existing(Request request, @Nullable ObjectNode live) {
    if (live == null) {
      throw request.notFound();
    }
    return live;
  }

  private static void check(Request request, @Nullable ObjectNode live, ObjectNode next) {
    String uid = Nodes.uid(next);
    if (live == null && !uid.isEmpty()) {
      throw request.conflict(
          "uid mismatch: the provided object specified uid "
              + uid
              + ", and no existing object was found");
    }
    Metadata.ensureNamespace(request.resource(), request.namespace(), next);
    Metadata.ensureName(request.name(), next);
  }

  private Instant now() {
    return wiring.clock().instant();
  }
}
