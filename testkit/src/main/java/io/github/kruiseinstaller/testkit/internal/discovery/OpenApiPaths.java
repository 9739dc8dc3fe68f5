package io.github.kruiseinstaller.testkit.internal.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayList;
import java.util.List;

/** The paths of an OpenAPI document, with what clients look at: parameters and patch types. */
final class OpenApiPaths {
  private static final List<String> WRITE = List.of("dryRun", "fieldManager", "fieldValidation");
  private static final List<String> LIST =
      List.of(
          "continue",
          "fieldSelector",
          "labelSelector",
          "limit",
          "resourceVersion",
          "resourceVersionMatch",
          "timeoutSeconds",
          "watch");
  private static final String PATCH = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";

  private final Dialect dialect;
  private final ObjectNode paths = Json.object();

  OpenApiPaths(Dialect dialect) {
    this.dialect = dialect;
  }

  /** All paths. */
  ObjectNode all() {
    return paths;
  }

  /** Adds the paths of a resource whose schema has a name. */
  void add(Resource resource, String schema) {
    String base =
        (resource.group().isEmpty() ? "/api/" : "/apis/")
            + resource.apiVersion()
            + (resource.namespaced() ? "/namespaces/{namespace}/" : "/")
            + resource.plural();
    ObjectNode collection = Json.object();
    operation(collection, "list", "get", resource, schema + "List");
    operation(collection, "create", "post", resource, schema);
    operation(collection, "deletecollection", "delete", resource, "");
    add(base, collection, pathParameters(resource, false));
    ObjectNode item = Json.object();
    operation(item, "get", "get", resource, schema);
    operation(item, "update", "put", resource, schema);
    operation(item, "patch", "patch", resource, schema);
    operation(item, "delete", "delete", resource, "");
    add(base + "/{name}", item, pathParameters(resource, true));
  }

  private void add(String path, ObjectNode operations, List<String> parameters) {
    if (operations.isEmpty()) {
      return;
    }
    if (!parameters.isEmpty()) {
      ArrayNode list = operations.putArray("parameters");
      parameters.forEach(name -> list.add(parameter(name, "path").put("required", true)));
    }
    paths.set(path, operations);
  }

  private static List<String> pathParameters(Resource resource, boolean named) {
    List<String> parameters = new ArrayList<>();
    if (named) {
      parameters.add("name");
    }
    if (resource.namespaced()) {
      parameters.add("namespace");
    }
    return parameters;
  }

  private void operation(
      ObjectNode path, String verb, String method, Resource resource, String schema) {
    if (!resource.verbs().contains(verb)) {
      return;
    }
    ObjectNode operation = path.putObject(method);
    operation.put("operationId", id(verb, resource));
    ArrayNode parameters = operation.putArray("parameters");
    for (String name : query(verb)) {
      parameters.add(parameter(name, "query"));
    }
    switch (method) {
      case "patch" -> body(operation, patchTypes(resource), PATCH);
      case "post", "put" -> body(operation, List.of("*/*"), schema);
      default -> {
        // No body that a client asks about.
      }
    }
    ObjectNode answer = operation.putObject("responses").putObject("200").put("description", "OK");
    if (!schema.isEmpty()) {
      answer(answer, schema);
    }
    operation.put("x-kubernetes-action", verb.equals("create") ? "post" : verb);
    operation.set(
        "x-kubernetes-group-version-kind", OpenApiSchemas.kind(resource, resource.kind()));
  }

  private static String id(String verb, Resource resource) {
    StringBuilder id = new StringBuilder(verb);
    for (String part : (resource.group() + "." + resource.version()).split("[.-]", -1)) {
      id.append(part.isEmpty() ? "" : Character.toUpperCase(part.charAt(0)) + part.substring(1));
    }
    return id.append(resource.namespaced() ? "Namespaced" : "").append(resource.kind()).toString();
  }

  private static List<String> query(String verb) {
    return switch (verb) {
      case "create", "update" -> WRITE;
      case "patch" -> List.of("dryRun", "fieldManager", "fieldValidation", "force");
      case "list" -> LIST;
      case "delete", "deletecollection" ->
          List.of("dryRun", "gracePeriodSeconds", "propagationPolicy");
      default -> List.of();
    };
  }

  private ObjectNode parameter(String name, String in) {
    String type =
        switch (name) {
          case "force", "watch" -> "boolean";
          case "limit", "timeoutSeconds", "gracePeriodSeconds" -> "integer";
          default -> "string";
        };
    ObjectNode parameter = Json.object().put("name", name).put("in", in);
    if (dialect == Dialect.V2) {
      return parameter.put("type", type).put("uniqueItems", true);
    }
    parameter.putObject("schema").put("type", type).put("uniqueItems", true);
    return parameter;
  }

  private static List<String> patchTypes(Resource resource) {
    List<String> types =
        new ArrayList<>(
            List.of(
                "application/apply-patch+yaml",
                "application/json-patch+json",
                "application/merge-patch+json"));
    if (!resource.custom()) {
      types.add("application/strategic-merge-patch+json");
    }
    return types;
  }

  private void body(ObjectNode operation, List<String> types, String schema) {
    if (dialect == Dialect.V2) {
      PlainDiscovery.putAll(operation, "consumes", types);
      ObjectNode body = Json.object().put("name", "body").put("in", "body");
      body.put("required", true).set("schema", dialect.reference(schema));
      ((ArrayNode) operation.get("parameters")).add(body);
      return;
    }
    ObjectNode content =
        operation.putObject("requestBody").put("required", true).putObject("content");
    types.forEach(type -> content.putObject(type).set("schema", dialect.reference(schema)));
  }

  private void answer(ObjectNode answer, String schema) {
    if (dialect == Dialect.V2) {
      answer.set("schema", dialect.reference(schema));
    } else {
      answer
          .putObject("content")
          .putObject("application/json")
          .set("schema", dialect.reference(schema));
    }
  }
}
