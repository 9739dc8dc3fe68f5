package io.github.kruiseinstaller.testkit.internal.proto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A message as the tree that its type has in JSON. */
final class MessageTree {
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

  /** Fields that JSON does not show: what is in them stands in their place. */
  private static final Set<String> EMBEDDED =
      Set.of(
          "Volume.volumeSource",
          "PersistentVolumeSpec.persistentVolumeSource",
          "Probe.handler",
          "EphemeralContainer.ephemeralContainerCommon",
          "SecretKeySelector.localObjectReference",
          "ConfigMapKeySelector.localObjectReference",
          "SecretEnvSource.localObjectReference",
          "ConfigMapEnvSource.localObjectReference",
          "SecretProjection.localObjectReference",
          "ConfigMapProjection.localObjectReference",
          "SecretVolumeSource.localObjectReference",
          "ConfigMapVolumeSource.localObjectReference",
          "IngressRule.ingressRuleValue",
          "RuleWithOperations.rule",
          "NamedRuleWithOperations.ruleWithOperations");

  /** Fields that have another name in JSON, the prefix of OpenAPI extensions apart. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "ref", "$ref",
          "schema", "$schema",
          "xKubernetesPreserveUnknownFields", "x-kubernetes-preserve-unknown-fields",
          "xKubernetesEmbeddedResource", "x-kubernetes-embedded-resource",
          "xKubernetesIntOrString", "x-kubernetes-int-or-string",
          "xKubernetesListMapKeys", "x-kubernetes-list-map-keys",
          "xKubernetesListType", "x-kubernetes-list-type",
          "xKubernetesMapType", "x-kubernetes-map-type",
          "xKubernetesValidations", "x-kubernetes-validations");

  private MessageTree() {}

  /** The tree of a message; null stands for null. */
  static JsonNode of(Message message) {
    return switch (message.getDescriptorForType().getName()) {
      case "Time", "Timestamp" -> time(message, DateTimeFormatter.ISO_INSTANT);
      case "MicroTime" -> time(message, MICROS.withZone(ZoneOffset.UTC));
      case "IntOrString" ->
          number(message, "type") == 1 ? value(message, "strVal") : value(message, "intVal");
      case "Quantity" -> value(message, "string");
      case "FieldsV1" -> raw(message, "Raw");
      case "RawExtension", "JSON" -> raw(message, "raw");
      case "ExtraValue" -> value(message, "items");
      case "JSONSchemaPropsOrBool" -> either(message, "allows");
      case "JSONSchemaPropsOrArray" -> either(message, "jSONSchemas");
      case "JSONSchemaPropsOrStringArray" -> either(message, "property");
      default -> fields(message);
    };
  }

  private static ObjectNode fields(Message message) {
    ObjectNode object = Json.object();
    String type = message.getDescriptorForType().getName();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      JsonNode value = value(field, entry.getValue());
      if (EMBEDDED.contains(type + "." + field.getName())) {
        object.setAll((ObjectNode) value);
      } else if (!value.isNull()) {
        object.set(name(type, field), value);
      }
    }
    return object;
  }

  private static String name(String type, FieldDescriptor field) {
    String name = field.getName();
    if (type.equals("JSONSchemaProps")) {
      return RENAMED.getOrDefault(name, name);
    }
    return name.equals("Webhooks") ? "webhooks" : name;
  }

  private static JsonNode value(Message message, String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    return value(field, message.getField(field));
  }

  private static JsonNode value(FieldDescriptor field, Object value) {
    if (field.isMapField()) {
      ObjectNode map = Json.object();
      for (Object entry : (List<?>) value) {
        map.set(value((Message) entry, "key").asText(), value((Message) entry, "value"));
      }
      return map;
    }
    if (field.isRepeated()) {
      ArrayNode list = Json.array();
      ((List<?>) value).forEach(element -> list.add(single(element)));
      return list;
    }
    return single(value);
  }

  private static JsonNode single(Object value) {
    if (value instanceof Message message) {
      return of(message);
    }
    return value instanceof ByteString bytes
        ? Json.text(Base64.getEncoder().encodeToString(bytes.toByteArray()))
        : Json.of(value);
  }

  /** A schema, or else something simpler. */
  private static JsonNode either(Message message, String simple) {
    FieldDescriptor schema = message.getDescriptorForType().findFieldByName("schema");
    return message.hasField(schema) ? value(message, "schema") : value(message, simple);
  }

  private static JsonNode raw(Message message, String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    ByteString json = (ByteString) message.getField(field);
    return json.isEmpty() ? NullNode.getInstance() : Json.parse(json.toByteArray());
  }

  /** The zero time is sent as nothing. */
  private static JsonNode time(Message message, DateTimeFormatter format) {
    if (message.getAllFields().isEmpty()) {
      return NullNode.getInstance();
    }
    Instant instant = Instant.ofEpochSecond(number(message, "seconds"), number(message, "nanos"));
    return Json.text(format.format(instant));
  }

  private static long number(Message message, String name) {
    return ((Number) message.getField(message.getDescriptorForType().findFieldByName(name)))
        .longValue();
  }
}
