package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DEFINITIONS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Accepts the names of CustomResourceDefinitions, establishes and serves them. */
final class DefinitionController {
  private final Context context;
  private final Api api;
  private final Map<String, JsonNode> served = new ConcurrentHashMap<>();
  private final WorkQueue<String> naming;
  private final WorkQueue<String> establishing;

  DefinitionController(Context context) {
    this.context = context;
    this.api = context.api().as(Caller.apiServer());
    this.naming = context.queue("names of definitions", 1, this::name);
    this.establishing = context.queue("establishing", 1, this::establish);
    context.informers().on(DEFINITIONS, this::changed);
  }

  private void changed(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    if (after == null) {
      if (before != null) {
        withdraw(before);
      }
      return;
    }
    String name = Nodes.name(after);
    if (before == null) {
      naming.addAfter(name, context.delays().crdNames());
    } else {
      naming.add(name);
    }
    JsonNode status = after.path("status");
    if (Conditions.isTrue(status, "Established")) {
      serve(after);
    } else if (Conditions.isTrue(status, "NamesAccepted")) {
      establishing.addAfter(name, context.delays().crdEstablish());
    }
  }

  /** Another name may be free now. */
  private void withdraw(ObjectNode definition) {
    String name = Nodes.name(definition);
    served.remove(name);
    api.kinds().withdraw(name);
    api.resources().endWatches(name);
    context.informers().seen(DEFINITIONS, "").stream()
        .filter(other -> !Conditions.isTrue(other.path("status"), "NamesAccepted"))
        .forEach(other -> naming.add(Nodes.name(other)));
  }

  private void serve(ObjectNode definition) {
    ObjectNode facts = Json.object();
    facts.set("spec", definition.path("spec"));
    facts.set("names", Nodes.at(definition, "status", "acceptedNames"));
    facts.set("deleting", Nodes.at(definition, "metadata", "deletionTimestamp"));
    String name = Nodes.name(definition);
    JsonNode before = served.put(name, facts);
    if (facts.equals(before)) {
      return;
    }
    api.kinds().serve(definition.deepCopy());
    if (before != null
        && !(before.path("spec").equals(facts.path("spec"))
            && before.path("names").equals(facts.path("names")))) {
      // A watch would go on by the old definition; whoever watches opens it again.
      api.resources().endWatches(name);
    }
  }

  private void name(String name) {
    ObjectNode definition = api.find(DEFINITIONS, "", name).orElse(null);
    if (definition == null || Owners.isDeleting(definition)) {
      return;
    }
    ObjectNode changed = definition.deepCopy();
    ObjectNode status = Nodes.object(changed, "status");
    DefinitionNames.Accepted accepted = DefinitionNames.accept(changed, others(changed));
    status.set("acceptedNames", accepted.names());
    boolean fine = accepted.conflictReason().isEmpty();
    Conditions.set(
        status,
        fine
            ? Conditions.of("NamesAccepted", "True", "NoConflicts", "no conflicts found")
            : Conditions.of(
                "NamesAccepted", "False", accepted.conflictReason(), accepted.conflict()),
        context.now());
    if (!Conditions.isTrue(status, "Established")) {
      Conditions.set(
          status,
          fine
              ? Conditions.of(
                  "Established", "False", "Installing", "the initial names have been accepted")
              : Conditions.of("Established", "False", "NotAccepted", "not all names are accepted"),
          context.now());
    }
    if (!changed.equals(definition)) {
      api.updateStatus(DEFINITIONS, changed);
    }
  }

  private List<ObjectNode> others(JsonNode definition) {
    String group = Nodes.textOrEmpty(definition, "spec", "group");
    return api.list(DEFINITIONS, "").stream()
        .filter(other -> !Nodes.name(other).equals(Nodes.name(definition)))
        .filter(other -> Nodes.textOrEmpty(other, "spec", "group").equals(group))
        .toList();
  }

  private void establish(String name) {
    ObjectNode definition = api.find(DEFINITIONS, "", name).orElse(null);
    if (definition == null
        || !Conditions.isTrue(definition.path("status"), "NamesAccepted")
        || Conditions.isTrue(definition.path("status"), "Established")) {
      return;
    }
    ObjectNode changed = definition.deepCopy();
    Conditions.set(
        Nodes.object(changed, "status"),
        Conditions.of(
            "Established", "True", "InitialNamesAccepted", "the initial names have been accepted"),
        context.now());
    // Served before it says so: whoever waits for the condition finds the kind.
    serve(changed);
    try {
      api.updateStatus(DEFINITIONS, changed);
    } catch (StatusException e) {
      // Whoever heard that it went may have withdrawn it before it was served.
      if (isGone(changed)) {
        withdraw(changed);
      }
      throw e;
    }
  }

  private boolean isGone(ObjectNode definition) {
    return api.find(DEFINITIONS, "", Nodes.name(definition))
        .filter(there -> Nodes.uid(there).equals(Nodes.uid(definition)))
        .isEmpty();
  }
}
