package io.github.kruiseinstaller.testkit.internal.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.BuiltinSchema;
import io.github.kruiseinstaller.testkit.internal.kind.CrdSchema;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The named schemas of an OpenAPI document: those of some kinds and all that they refer to. */
final class OpenApiSchemas {
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
  private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
  private static final String KIND = "x-kubernetes-group-version-kind";

  private final Dialect dialect;
  private final Map<String, ObjectNode> schemas = new TreeMap<>();
  private final Deque<Schema> pending = new ArrayDeque<>();
  private final Set<String> known = new HashSet<>();

  OpenApiSchemas(Dialect dialect) {
    this.dialect = dialect;
    schemas.put(META + "Patch", Json.object().put("type", "object"));
    schemas.put(META + "Time", Json.object().put("type", "string").put("format", "date-time"));
    schemas.put(META + "MicroTime", Json.object().put("type", "string").put("format", "date-time"));
    schemas.put(INT_OR_STRING, intOrString());
    schemas.put(QUANTITY, quantity());
  }

  private ObjectNode intOrString() {
    ObjectNode schema = Json.object().put("format", "int-or-string");
    if (dialect == Dialect.V2) {
      return schema.put("type", "string");
    }
    ArrayNode either = schema.putArray("oneOf");
    either.addObject().put("type", "integer");
    either.addObject().put("type", "string");
    return schema;
  }

  private ObjectNode quantity() {
    ObjectNode schema = Json.object();
    if (dialect == Dialect.V2) {
      return schema.put("type", "string");
    }
    ArrayNode either = schema.putArray("oneOf");
    either.addObject().put("type", "string");
    either.addObject().put("type", "number");
    return schema;
  }

  /** All, by name. */
  ObjectNode all() {
    while (!pending.isEmpty()) {
      BuiltinSchema struct = (BuiltinSchema) pending.remove();
      String name = componentName(struct.struct().orElseThrow());
      schemas.computeIfAbsent(name, key -> Json.object()).setAll(struct(struct));
    }
    return Json.objectOf(schemas);
  }

  /** Adds a kind and its list; returns the name of its schema. */
  String add(Resource resource) {
    String name = name(resource);
    ObjectNode schema;
    if (resource.schema() instanceof CrdSchema custom) {
      schema = custom(custom);
      schemas.put(name, schema);
    } else {
      refer((BuiltinSchema) resource.schema());
      schema = schemas.computeIfAbsent(name, key -> Json.object());
    }
    schema.putArray(KIND).add(kind(resource, resource.kind()));
    if (resource.verbs().contains("list")) {
      schemas.put(name + "List", list(resource, name));
    }
    return name;
  }

  private ObjectNode list(Resource resource, String name) {
    ObjectNode list = Json.object().put("type", "object");
    list.putArray("required").add("items");
    ObjectNode properties = typeMeta(list);
    properties.putObject("items").put("type", "array").set("items", dialect.field(name));
    list.putArray(KIND).add(kind(resource, resource.kind() + "List"));
    return list;
  }

  private static ObjectNode typeMeta(ObjectNode schema) {
    ObjectNode properties = schema.withObjectProperty("properties");
    properties.putObject("apiVersion").put("type", "string");
    properties.putObject("kind").put("type", "string");
    return properties;
  }

  /** A kind as the extension {@code x-kubernetes-group-version-kind} names it. */
  static ObjectNode kind(Resource resource, String kind) {
    return Json.object()
        .put("group", resource.group())
        .put("kind", kind)
        .put("version", resource.version());
  }

  /** The name of the schema of a kind, such as {@code io.k8s.api.apps.v1.Deployment}. */
  static String name(Resource resource) {
    if (resource.schema() instanceof BuiltinSchema builtin) {
      return componentName(builtin.struct().orElseThrow());
    }
    List<String> labels = new java.util.ArrayList<>(List.of(resource.group().split("\\.", -1)));
    java.util.Collections.reverse(labels);
    return String.join(".", labels) + "." + resource.version() + "." + resource.kind();
  }

  private static String componentName(String struct) {
    String rest = struct.substring(struct.indexOf('.') + 1);
    return switch (struct.substring(0, struct.indexOf('.'))) {
      case "meta" -> "io.k8s.apimachinery.pkg.apis.meta." + rest;
      case "apiextensions" -> "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions." + rest;
      case "apiregistration" -> "io.k8s.kube-aggregator.pkg.apis.apiregistration." + rest;
      default -> "io.k8s.api." + struct;
    };
  }

  private ObjectNode custom(CrdSchema custom) {
    ObjectNode schema = custom.source().deepCopy();
    ObjectNode properties = typeMeta(schema);
    if (custom.field("metadata").orElse(null) instanceof BuiltinSchema metadata) {
      properties.set("metadata", dialect.field(refer(metadata)));
    }
    return schema;
  }

  private String refer(BuiltinSchema struct) {
    String name = componentName(struct.struct().orElseThrow());
    if (known.add(name)) {
      pending.add(struct);
    }
    return name;
  }

  private ObjectNode struct(BuiltinSchema struct) {
    ObjectNode schema = Json.object().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    struct.fields().forEach((name, field) -> properties.set(name, field((BuiltinSchema) field)));
    if (properties.isEmpty()) {
      schema.remove("properties");
    }
    PlainDiscovery.putUnlessEmpty(schema, "required", struct.required());
    if (struct.isAtomicStruct()) {
      schema.put("x-kubernetes-map-type", "atomic");
    }
    return schema;
  }

  private ObjectNode field(BuiltinSchema field) {
    ObjectNode schema = value(field, true);
    JsonNode value = field.defaultValue().orElse(null);
    if (value != null) {
      schema.set("default", value);
    }
    sharing(schema, field);
    String strategy = strategy(field);
    if (!strategy.isEmpty()) {
      schema.put("x-kubernetes-patch-strategy", strategy);
    }
    field.mergeKey().ifPresent(key -> schema.put("x-kubernetes-patch-merge-key", key));
    return schema;
  }

  private static void sharing(ObjectNode schema, BuiltinSchema field) {
    if (field.type() == Schema.Type.LIST) {
      String type =
          switch (field.sharing()) {
            case KEYED -> "map";
            case SET -> "set";
            case ATOMIC -> "atomic";
          };
      PlainDiscovery.putUnlessEmpty(schema, "x-kubernetes-list-map-keys", field.keys());
      schema.put("x-kubernetes-list-type", type);
    } else if (!field.mapType().isEmpty()) {
      schema.put("x-kubernetes-map-type", field.mapType());
    }
  }

  private static String strategy(BuiltinSchema field) {
    boolean merges = field.mergeKey().isPresent() || field.mergesScalars();
    if (field.replaced()) {
      return "replace";
    }
    if (field.retainsKeys()) {
      return merges ? "merge,retainKeys" : "retainKeys";
    }
    return merges ? "merge" : "";
  }

  private ObjectNode value(BuiltinSchema schema, boolean field) {
    return switch (schema.type()) {
      case OBJECT -> named(refer(schema), field);
      case MAP -> {
        ObjectNode map = Json.object().put("type", "object");
        map.set("additionalProperties", element((BuiltinSchema) schema.element(), false));
        yield map;
      }
      case LIST -> {
        ObjectNode list = Json.object().put("type", "array");
        list.set("items", element((BuiltinSchema) schema.element(), true));
        yield list;
      }
      case INT_OR_STRING -> named(schema.isQuantity() ? QUANTITY : INT_OR_STRING, field);
      case ANY -> Json.object();
      default -> scalar(schema, field);
    };
  }

  /** What lists and maps hold is zero by default, when it is a plain value. */
  private ObjectNode element(BuiltinSchema schema, boolean field) {
    ObjectNode element = value(schema, field);
    return switch (element.path("type").asText()) {
      case "string" ->
          element.path("format").asText().isEmpty() ? element.put("default", "") : element;
      case "integer" -> element.put("default", 0L);
      default -> element;
    };
  }

  private ObjectNode named(String name, boolean field) {
    return field ? dialect.field(name) : dialect.reference(name);
  }

  private ObjectNode scalar(BuiltinSchema schema, boolean field) {
    if (schema.format().equals("date-time")) {
      return named(META + (schema.isMicroTime() ? "MicroTime" : "Time"), field);
    }
    String type =
        switch (schema.type()) {
          case INTEGER -> "integer";
          case NUMBER -> "number";
          case BOOLEAN -> "boolean";
          default -> "string";
        };
    ObjectNode scalar = Json.object().put("type", type);
    return schema.format().isEmpty() ? scalar : scalar.put("format", schema.format());
  }
}
