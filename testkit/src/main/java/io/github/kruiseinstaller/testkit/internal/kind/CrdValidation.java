package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** CustomResourceDefinitions. */
final class CrdValidation {
  private static final Set<String> COLUMNS =
      Set.of("boolean", "date", "integer", "number", "string");

  private final FieldErrors errors;

  CrdValidation(FieldErrors errors) {
    this.errors = errors;
  }

  /** What a name must be: the plural and the group. */
  static List<String> name(JsonNode definition, String name) {
    List<String> wrong = new ArrayList<>(Names.subdomain(name));
    JsonNode spec = definition.path("spec");
    String required =
        Nodes.textOrEmpty(spec, "names", "plural") + "." + Nodes.textOrEmpty(spec, "group");
    if (!name.equals(required)) {
      wrong.add("must be spec.names.plural+\".\"+spec.group");
    }
    return wrong;
  }

  /** A definition, new or changed. */
  void definition(ObjectNode definition, boolean bundleMustWork) {
    JsonNode spec = definition.path("spec");
    group(Nodes.textOrEmpty(spec, "group"));
    if (Nodes.textOrEmpty(spec, "scope").isEmpty()) {
      errors.required("spec.scope");
    } else {
      errors.oneOf("spec.scope", spec.path("scope"), List.of("Cluster", "Namespaced"));
    }
    versions(spec);
    names(spec.path("names"));
    conversion(spec, bundleMustWork);
    boolean stores =
        Nodes.list(spec, "versions").stream()
            .anyMatch(version -> version.path("storage").asBoolean());
    if (!stores && Nodes.list(definition, "status", "storedVersions").isEmpty()) {
      errors.invalid(
          "status.storedVersions",
          MissingNode.getInstance(),
          "must have at least one stored version");
    }
    if (spec.path("preserveUnknownFields").asBoolean()) {
      errors.invalid(
          "spec.preserveUnknownFields",
          Json.of(true),
          "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
              + " spec.versions[*].schema instead");
    }
  }

  private void group(String group) {
    List<String> wrong = Names.subdomain(group);
    if (group.isEmpty()) {
      errors.required("spec.group");
    } else if (!wrong.isEmpty()) {
      errors.invalid("spec.group", group, String.join(",", wrong));
    } else if (!group.contains(".")) {
      errors.invalid("spec.group", group, "should be a domain with at least one dot");
    }
  }

  private void versions(JsonNode spec) {
    List<JsonNode> versions = Nodes.list(spec, "versions");
    Set<JsonNode> schemas = new HashSet<>();
    for (int i = 0; i < versions.size(); i++) {
      JsonNode schema = Nodes.at(versions.get(i), "schema", "openAPIV3Schema");
      schemas.add(schema);
      if (!schema.isObject()) {
        errors.required("spec.versions[" + i + "].schema.openAPIV3Schema");
      }
    }
    Set<String> names = new HashSet<>();
    int storages = 0;
    for (int i = 0; i < versions.size(); i++) {
      storages += versions.get(i).path("storage").asBoolean() ? 1 : 0;
      names.add(Nodes.textOrEmpty(versions.get(i), "name"));
      version("spec.versions[" + i + "]", versions.get(i), schemas.size() > 1);
    }
    if (names.size() < versions.size()) {
      errors.invalidPrinted("spec.versions", inGo(versions), "must contain unique version names");
    }
    if (storages != 1) {
      errors.invalidPrinted(
          "spec.versions",
          inGo(versions),
          "must have exactly one version marked as storage version");
    }
    JsonNode shared = schemas.size() == 1 ? schemas.iterator().next() : Json.array();
    if (shared.isObject()) {
      // What all versions have in common the server keeps, and names, in one place.
      errors.addAllSorted(StructuralValidation.check("spec.validation.openAPIV3Schema", shared));
    }
  }

  /** The versions as Go holds them: what all of them share is kept elsewhere. */
  private static String inGo(List<JsonNode> versions) {
    if (versions.isEmpty()) {
      return "null";
    }
    ArrayNode list = Json.array();
    for (JsonNode version : versions) {
      ObjectNode held = list.addObject();
      held.put("Name", Nodes.textOrEmpty(version, "name"))
          .put("Served", version.path("served").asBoolean())
          .put("Storage", version.path("storage").asBoolean())
          .put("Deprecated", version.path("deprecated").asBoolean());
      held.put("DeprecationWarning", Nodes.text(version, "deprecationWarning").orElse(null));
      for (String field :
          List.of("schema", "subresources", "additionalPrinterColumns", "selectableFields")) {
        JsonNode own = Nodes.at(version, field);
        boolean shared =
            versions.stream().allMatch(other -> Nodes.at(other, field).equals(own));
        String name = field.substring(0, 1).toUpperCase(Locale.ROOT) + field.substring(1);
        held.set(name, shared || own.isMissingNode() ? NullNode.getInstance() : own);
      }
    }
    return Json.compact(list);
  }

  private void version(String at, JsonNode version, boolean ownSchema) {
    String name = Nodes.textOrEmpty(version, "name");
    List<String> wrong = Names.dns1035(name);
    if (!wrong.isEmpty()) {
      errors.invalid(at + ".name", name, String.join(",", wrong));
    }
    JsonNode schema = Nodes.at(version, "schema", "openAPIV3Schema");
    if (ownSchema && schema.isObject()) {
      errors.addAllSorted(StructuralValidation.check(at + ".schema.openAPIV3Schema", schema));
    }
    JsonNode scale = Nodes.at(version, "subresources", "scale");
    if (scale.isObject()) {
      replicasPath(at + ".subresources.scale", scale, "specReplicasPath", ".spec");
      replicasPath(at + ".subresources.scale", scale, "statusReplicasPath", ".status");
    }
    int i = 0;
    for (JsonNode column : Nodes.list(version, "additionalPrinterColumns")) {
      column(at + ".additionalPrinterColumns[" + i++ + "]", column);
    }
  }

  private void replicasPath(String at, JsonNode scale, String name, String under) {
    String path = Nodes.textOrEmpty(scale, name);
    if (path.isEmpty()) {
      errors.required(at + "." + name);
    } else if (!path.startsWith(under + ".")) {
      errors.invalid(at + "." + name, path, "should be a json path under " + under);
    }
  }

  private void column(String at, JsonNode column) {
    if (Nodes.textOrEmpty(column, "name").isEmpty()) {
      errors.required(at + ".name");
    }
    String type = Nodes.textOrEmpty(column, "type");
    String types = "must be one of boolean,date,integer,number,string";
    if (type.isEmpty()) {
      errors.required(at + ".type", types);
    } else if (!COLUMNS.contains(type)) {
      errors.invalid(at + ".type", type, types);
    }
    if (Nodes.textOrEmpty(column, "jsonPath").isEmpty()) {
      errors.required(at + ".jsonPath");
    }
  }

  private void names(JsonNode names) {
    for (String name : List.of("plural", "singular", "kind", "listKind")) {
      if (Nodes.textOrEmpty(names, name).isEmpty()) {
        errors.required("spec.names." + name);
      }
    }
    for (String name : List.of("plural", "singular")) {
      label("spec.names." + name, Nodes.textOrEmpty(names, name), "");
    }
    for (String name : List.of("kind", "listKind")) {
      label(
          "spec.names." + name,
          Nodes.textOrEmpty(names, name),
          "may have mixed case, but should otherwise match: ");
    }
    labels("spec.names.shortNames", Nodes.list(names, "shortNames"));
    String kind = Nodes.textOrEmpty(names, "kind");
    if (!kind.isEmpty() && kind.equals(Nodes.textOrEmpty(names, "listKind"))) {
      errors.invalid("spec.names.listKind", kind, "kind and listKind may not be the same");
    }
    labels("spec.names.categories", Nodes.list(names, "categories"));
  }

  private void labels(String field, List<JsonNode> labels) {
    for (int i = 0; i < labels.size(); i++) {
      label(field + "[" + i + "]", labels.get(i).asText(), "");
    }
  }

  private void label(String field, String value, String mixedCase) {
    String text = mixedCase.isEmpty() ? value : value.toLowerCase(Locale.ROOT);
    List<String> wrong = value.isEmpty() ? List.of() : Names.dns1035(text);
    if (!wrong.isEmpty()) {
      errors.invalid(field, value, mixedCase + String.join(",", wrong));
    }
  }

  private void conversion(JsonNode spec, boolean bundleMustWork) {
    JsonNode conversion = Nodes.at(spec, "conversion");
    if (!conversion.isObject()) {
      return;
    }
    String strategy = Nodes.textOrEmpty(conversion, "strategy");
    if (strategy.isEmpty()) {
      errors.required("spec.conversion.strategy");
    } else {
      errors.oneOf(
          "spec.conversion.strategy", conversion.path("strategy"), List.of("None", "Webhook"));
    }
    JsonNode client = Nodes.at(conversion, "webhook", "clientConfig");
    String at = "spec.conversion.webhookClientConfig";
    if (!strategy.equals("Webhook")) {
      if (client.isObject()) {
        errors.forbidden(at, "should not be set when strategy is not set to Webhook");
      }
      return;
    }
    WebhookValidation webhooks = new WebhookValidation(errors);
    if (!client.isObject()) {
      errors.required(at, "required when strategy is set to Webhook");
    } else {
      webhooks.client(at, client);
      String bundle = Nodes.textOrEmpty(client, "caBundle");
      if (bundleMustWork) {
        CaBundles.problem(bundle).ifPresent(why -> errors.invalid(at + ".caBundle", bundle, why));
      }
    }
    webhooks.reviewVersions(
        "spec.conversion.conversionReviewVersions",
        Nodes.list(conversion, "webhook", "conversionReviewVersions").stream()
            .map(JsonNode::asText)
            .toList(),
        "");
  }

  /** A changed definition. */
  void update(ObjectNode definition, ObjectNode live) {
    boolean established = isEstablished(live);
    String oldBundle =
        Nodes.textOrEmpty(live, "spec", "conversion", "webhook", "clientConfig", "caBundle");
    definition(definition, established && CaBundles.problem(oldBundle).isEmpty());
    JsonNode now = definition.path("spec");
    JsonNode before = live.path("spec");
    if (established) {
      errors.immutable("spec.scope", now.path("scope"), before.path("scope"));
      errors.immutable(
          "spec.names.kind", Nodes.at(now, "names", "kind"), Nodes.at(before, "names", "kind"));
    }
    errors.immutable("spec.group", now.path("group"), before.path("group"));
    errors.immutable(
        "spec.names.plural", Nodes.at(now, "names", "plural"), Nodes.at(before, "names", "plural"));
    storedVersions(live, now);
  }

  private static boolean isEstablished(JsonNode definition) {
    return Nodes.list(definition, "status", "conditions").stream()
        .anyMatch(
            condition ->
                Nodes.textOrEmpty(condition, "type").equals("Established")
                    && Nodes.textOrEmpty(condition, "status").equals("True"));
  }

  /** What has been stored must stay readable. */
  private void storedVersions(JsonNode live, JsonNode spec) {
    Map<String, Integer> missing = new TreeMap<>();
    int i = 0;
    for (JsonNode stored : Nodes.list(live, "status", "storedVersions")) {
      missing.put(stored.asText(), i++);
    }
    for (JsonNode version : Nodes.list(spec, "versions")) {
      missing.remove(Nodes.textOrEmpty(version, "name"));
    }
    missing.forEach(
        (version, index) ->
            errors.invalid(
                "status.storedVersions[" + index + "]",
                version,
                "missing from spec.versions; "
                    + version
                    + " was previously a storage version, and must remain in spec.versions until a"
                    + " storage migration ensures no data remains persisted in "
                    + version
                    + " and removes "
                    + version
                    + " from status.storedVersions"));
  }
}
