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
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** GET, PUT and PATCH on the scale subresource. */
final class Scaling {
  private final Wiring wiring;
  private final FieldManagers managers;
  private final Update update;
  private final Versions versions;
  private final Resource kind;

  Scaling(Wiring wiring, FieldManagers managers, Update update, Versions versions) {
    this.wiring = wiring;
    this.managers = managers;
    this.update = update;
    this.versions = versions;
    this.kind = Scale.kind(wiring.kinds());
  }

  ObjectNode get(Request request, ObjectNode object) {
    Scale scale = Scale.of(request.resource(), versions);
    if (!scale.isSet(object)) {
      throw Statuses.internal(
          "the spec replicas field \"" + scale.specReplicasPath() + "\" does not exist");
    }
    return scale.view(object);
  }

  Outcome replace(Request request, ObjectNode sent) {
    Scale scale = Scale.of(request.resource(), versions);
    ObjectNode view = sent.deepCopy();
    Metadata.ensureNamespace(request.resource(), request.namespace(), view);
    Metadata.ensureName(request.name(), view);
    return run(
        request,
        scale,
        Nodes.uid(view),
        live -> owned(request, scale, existing(request, live), view));
  }

  Outcome patch(Request request, PatchType type, byte[] patch) {
    Scale scale = Scale.of(request.resource(), versions);
    return run(
        request,
        scale,
        "",
        live -> {
          ObjectNode there = existing(request, live);
          return type == PatchType.APPLY
              ? applied(request, scale, there, patch)
              : owned(request, scale, there, patched(request, type, scale.view(there), patch));
        });
  }

  private Outcome run(Request request, Scale scale, String uid, Edit edit) {
    Outcome outcome = update.run(request, Update.Manner.ofClient(scale, false, uid), edit);
    return new Outcome(scale.view(outcome.object()), false);
  }

  private ObjectNode patched(Request request, PatchType type, ObjectNode view, byte[] patch) {
    Write write = request.write();
    Patched patched = Patches.patch(type, kind.schema(), view, patch, write.fieldValidation());
    ObjectNode next =
        wiring.rules().decodePatched(kind, patched, write.fieldValidation(), write.warnings());
    Metadata.ensureNamespace(request.resource(), request.namespace(), next);
    Metadata.ensureName(request.name(), next);
    return next;
  }

  private ObjectNode owned(Request request, Scale scale, ObjectNode live, ObjectNode view) {
    check(request, view);
    ObjectNode next = scale.put(live.deepCopy(), view);
    return managers.updated(request.resource(), live, next, request.writer(wiring.clock()));
  }

  private ObjectNode applied(Request request, Scale scale, ObjectNode live, byte[] patch) {
    Write write = request.write();
    ObjectNode config =
        wiring.rules().decodeApplied(patch, write.fieldValidation(), write.warnings());
    managers.check(kind, config);
    check(request, config);
    Writer writer =
        new Writer(write.fieldManager(), request.subresource(), wiring.clock().instant());
    ObjectNode next =
        managers.applied(
            request.resource(),
            live,
            scale.configOf(request.resource(), config),
            writer,
            write.force());
    wiring.rules().applyDefaults(request.resource(), next);
    return next;
  }

  private static void check(Request request, ObjectNode view) {
    long replicas = Nodes.number(0, view, "spec", "replicas");
    if (replicas < 0) {
      throw Statuses.invalid(
          "autoscaling",
          "Scale",
          request.name(),
          List.of(
              new Cause(
                  "FieldValueInvalid",
                  "Invalid value: " + replicas + ": must be greater than or equal to 0",
                  "spec.replicas")));
    }
  }

  private static ObjectNode existing(Request request, @Nullable ObjectNode live) {
    if (live == null) {
      throw request.notFound();
    }
    return live;
  }
}
