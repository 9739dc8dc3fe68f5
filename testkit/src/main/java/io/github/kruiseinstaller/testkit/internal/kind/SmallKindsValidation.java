package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Kinds with few rules. */
final class SmallKindsValidation {
  private static final long MOST_BYTES = 1024 * 1024;
  private static final String IMMUTABLE = "field is immutable when `immutable` is set";
  private static final Map<String, List<String>> KEYS =
      Map.of(
          "kubernetes.io/dockercfg", List.of(".dockercfg"),
          "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
          "kubernetes.io/ssh-auth", List.of("ssh-privatekey"),
          "kubernetes.io/tls", List.of("tls.crt", "tls.key"));

  private final FieldErrors errors;

  SmallKindsValidation(FieldErrors errors) {
    this.errors = errors;
  }

  /** A Secret. */
  void secret(ObjectNode secret) {
    long size = 0;
    for (Map.Entry<String, JsonNode> entry : secret.path("data").properties()) {
      key("data", entry.getKey());
      size += Base64.getDecoder().decode(entry.getValue().asText()).length;
    }
    if (size > MOST_BYTES) {
      errors.tooLong("data", MOST_BYTES);
    }
    String type = Nodes.textOrEmpty(secret, "type");
    String account = "kubernetes.io/service-account.name";
    if (type.equals("kubernetes.io/service-account-token")
        && Nodes.textOrEmpty(secret, "metadata", "annotations", account).isEmpty()) {
      errors.required("metadata.annotations[" + account + "]");
    }
    for (String key : KEYS.getOrDefault(type, List.of())) {
      if (!secret.path("data").has(key)) {
        errors.required("data[" + key + "]");
      }
    }
    if (type.equals("kubernetes.io/basic-auth")
        && !secret.path("data").has("username")
        && !secret.path("data").has("password")) {
      errors.required("data[username]");
      errors.required("data[password]");
    }
  }

  private void key(String field, String key) {
    errors.invalid(field + "[" + key + "]", key, Names.configKey(key));
  }

  /** What of a Secret must not change. */
  void secretUpdate(ObjectNode secret, ObjectNode live) {
    errors.immutable("type", secret.path("type"), live.path("type"));
    frozen(secret, live, List.of("data"));
  }

  private void frozen(ObjectNode object, ObjectNode live, List<String> fields) {
    if (!live.path("immutable").asBoolean()) {
      return;
    }
    if (!object.path("immutable").asBoolean()) {
      errors.forbidden("immutable", IMMUTABLE);
    }
    for (String field : fields) {
      if (!FieldErrors.same(object.path(field), live.path(field))) {
        errors.forbidden(field, IMMUTABLE);
      }
    }
  }

  /** A ConfigMap. */
  void configMap(ObjectNode configMap) {
    long size = 0;
    for (Map.Entry<String, JsonNode> entry : configMap.path("data").properties()) {
      key("data", entry.getKey());
      if (configMap.path("binaryData").has(entry.getKey())) {
        errors.invalid(
            "data[" + entry.getKey() + "]",
            entry.getKey(),
            "duplicate of key present in binaryData");
      }
      size += entry.getValue().asText().length();
    }
    for (Map.Entry<String, JsonNode> entry : configMap.path("binaryData").properties()) {
      key("binaryData", entry.getKey());
      size += Base64.getDecoder().decode(entry.getValue().asText()).length;
    }
    if (size > MOST_BYTES) {
      errors.tooLong("[]", MOST_BYTES);
    }
  }

  /** What of a ConfigMap must not change. */
  void configMapUpdate(ObjectNode configMap, ObjectNode live) {
    frozen(configMap, live, List.of("data", "binaryData"));
  }

  /** A Lease. */
  void lease(ObjectNode lease) {
    JsonNode spec = lease.path("spec");
    if (spec.has("leaseDurationSeconds") && spec.path("leaseDurationSeconds").asLong() <= 0) {
      errors.invalid(
          "spec.leaseDurationSeconds", spec.path("leaseDurationSeconds"), "must be greater than 0");
    }
    if (spec.path("leaseTransitions").asLong() < 0) {
      errors.invalid(
          "spec.leaseTransitions",
          spec.path("leaseTransitions"),
          "must be greater than or equal to 0");
    }
  }

  /** An Ingress. */
  void ingress(ObjectNode ingress) {
    JsonNode spec = ingress.path("spec");
    if (Nodes.list(spec, "rules").isEmpty() && !spec.path("defaultBackend").isObject()) {
      errors.invalid("spec", spec, "either `defaultBackend` or `rules` must be specified");
    }
    int i = 0;
    for (JsonNode rule : Nodes.list(spec, "rules")) {
      String at = "spec.rules[" + i++ + "].http.paths";
      int j = 0;
      for (JsonNode path : Nodes.list(rule, "http", "paths")) {
        pathType(at + "[" + j++ + "].pathType", path.path("pathType"));
      }
    }
  }

  private void pathType(String field, JsonNode pathType) {
    if (pathType.isMissingNode() || pathType.isNull()) {
      errors.required(field, "pathType must be specified");
    } else {
      errors.oneOf(field, pathType, List.of("Exact", "ImplementationSpecific", "Prefix"));
    }
  }

  /** A PriorityClass. */
  void priorityClass(ObjectNode priorityClass) {
    long value = priorityClass.path("value").asLong();
    if (value > 1_000_000_000 && !Nodes.name(priorityClass).startsWith("system-")) {
      errors.forbidden("value", "maximum allowed value of a user defined priority is 1000000000");
    }
  }

  /** An EndpointSlice. */
  void endpointSlice(ObjectNode slice) {
    Set<String> types = Set.of("FQDN", "IPv4", "IPv6");
    String type = Nodes.textOrEmpty(slice, "addressType");
    if (type.isEmpty()) {
      errors.required("addressType");
    } else if (!types.contains(type)) {
      errors.unsupported("addressType", Json.text(type), List.of("FQDN", "IPv4", "IPv6"));
    }
  }
}
