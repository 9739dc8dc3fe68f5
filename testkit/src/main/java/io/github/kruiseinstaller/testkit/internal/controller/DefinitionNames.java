package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which of the names that a CustomResourceDefinition asks for it gets. */
final class DefinitionNames {
  private final JsonNode wanted;
  private final JsonNode before;
  private final ObjectNode names = Json.object();
  private final Set<String> resources = new HashSet<>();
  private final Set<String> kinds = new HashSet<>();
  private String reason = "";
  private String conflict = "";

  private DefinitionNames(JsonNode definition, List<ObjectNode> others) {
    this.wanted = definition.path("spec").path("names");
    this.before = Nodes.at(definition, "status", "acceptedNames");
    for (JsonNode other : others) {
      JsonNode taken = Nodes.at(other, "status", "acceptedNames");
      resources.add(Nodes.textOrEmpty(taken, "plural"));
      resources.add(Nodes.textOrEmpty(taken, "singular"));
      Nodes.list(taken, "shortNames").forEach(name -> resources.add(name.asText()));
      kinds.add(Nodes.textOrEmpty(taken, "kind"));
      kinds.add(Nodes.textOrEmpty(taken, "listKind"));
    }
  }

  /**
   * What came of it.
   *
   * @param names those that are its own now
   * @param conflictReason such as {@code PluralConflict}, or empty
   * @param conflict which name is taken, or empty
   */
  record Accepted(ObjectNode names, String conflictReason, String conflict) {}

  /** Others are the definitions of the same group. */
  static Accepted accept(JsonNode definition, List<ObjectNode> others) {
    DefinitionNames names = new DefinitionNames(definition, others);
    names.text("plural", names.resources, "PluralConflict");
    names.text("singular", names.resources, "SingularConflict");
    names.shortNames();
    names.text("kind", names.kinds, "KindConflict");
    names.text("listKind", names.kinds, "ListKindConflict");
    JsonNode categories = names.wanted.path("categories");
    if (!categories.isEmpty()) {
      names.names.set("categories", categories.deepCopy());
    }
    return new Accepted(names.names, names.reason, names.conflict);
  }

  private void text(String field, Set<String> taken, String why) {
    String name = Nodes.textOrEmpty(wanted, field);
    String own = Nodes.textOrEmpty(before, field);
    if (!name.isEmpty() && !name.equals(own) && taken.contains(name)) {
      reason = why;
      conflict = inUse(name);
      name = own;
    }
    if (!name.isEmpty()) {
      names.put(field, name);
    }
  }

  private void shortNames() {
    List<String> own = texts(before);
    List<String> refused = new ArrayList<>();
    for (String name : texts(wanted)) {
      if (!own.contains(name) && resources.contains(name)) {
        refused.add(inUse(name));
      }
    }
    if (!refused.isEmpty()) {
      reason = "ShortNamesConflict";
      conflict = refused.size() == 1 ? refused.get(0) : "[" + String.join(", ", refused) + "]";
    }
    JsonNode kept = (refused.isEmpty() ? wanted : before).path("shortNames");
    if (!kept.isEmpty()) {
      names.set("shortNames", kept.deepCopy());
    }
  }

  private static List<String> texts(JsonNode names) {
    return Nodes.list(names, "shortNames").stream().map(JsonNode::asText).toList();
  }

  private static String inUse(String name) {
    return "\"" + name + "\" is already in use";
  }
}
