package io.github.kruiseinstaller.testkit.internal.kruise;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lists of webhooks as text and as trees, in the forms that Go's JSON gives them. */
final class WebhookList {
  private static final List<String> WEBHOOK =
      List.of(
          "name",
          "clientConfig",
          "rules",
          "failurePolicy",
          "matchPolicy",
          "namespaceSelector",
          "objectSelector",
          "sideEffects",
          "timeoutSeconds",
          "admissionReviewVersions",
          "reinvocationPolicy",
          "matchConditions");
  private static final List<String> CLIENT_CONFIG = List.of("url", "service", "caBundle");
  private static final List<String> SERVICE = List.of("namespace", "name", "path", "port");
  private static final List<String> RULE =
      List.of("operations", "apiGroups", "apiVersions", "resources", "scope");
  private static final List<String> SELECTOR = List.of("matchLabels", "matchExpressions");
  private static final List<String> EXPRESSION = List.of("key", "operator", "values");

  private WebhookList() {}

  /**
   * Reads an annotation.
   *
   * @throws SyncException when it is not a list of webhooks
   */
  static ArrayNode parse(String template) {
    JsonNode tree;
    try {
      tree = Json.parse(template.getBytes(UTF_8));
    } catch (IllegalArgumentException e) {
      throw new SyncException("invalid template: " + e.getMessage(), e);
    }
    if (tree.isNull()) {
      return Json.array();
    }
    if (tree instanceof ArrayNode list) {
      for (JsonNode element : list) {
        if (!element.isObject()) {
          throw wrongType(element);
        }
      }
      return list;
    }
    throw wrongType(tree);
  }

  private static SyncException wrongType(JsonNode node) {
    String type =
        switch (node.getNodeType()) {
          case STRING -> "string";
          case NUMBER -> "number";
          case BOOLEAN -> "bool";
          case ARRAY -> "array";
          default -> "object";
        };
    return new SyncException(
        "json: cannot unmarshal " + type + " into Go value of type []v1.MutatingWebhook");
  }

  /** Writes a list for the annotation; a missing one is the word null. */
  static String write(JsonNode webhooks) {
    if (!webhooks.isArray() || webhooks.isEmpty()) {
      return "null";
    }
    ArrayNode list = Json.array();
    webhooks.forEach(webhook -> list.add(ordered(webhook)));
    // Go escapes these three.
    return Json.compact(list)
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026");
  }

  /** The path that a webhook is for. */
  static String path(JsonNode webhook) {
    if (Nodes.at(webhook, "clientConfig", "service").isObject()) {
      return Nodes.textOrEmpty(webhook, "clientConfig", "service", "path");
    }
    String url = Nodes.textOrEmpty(webhook, "clientConfig", "url");
    if (url.isEmpty()) {
      throw new SyncException("invalid clientConfig: " + Nodes.at(webhook, "clientConfig"));
    }
    try {
      String path = new URI(url).getPath();
      return path == null ? "" : path;
    } catch (URISyntaxException e) {
      throw new SyncException("parse \"" + url + "\": " + e.getReason(), e);
    }
  }

  /** A configuration with only those differences left that make the version write. */
  static ObjectNode normalized(ObjectNode configuration, ManagerVersion version) {
    ObjectNode normal = configuration.deepCopy();
    if (Nodes.at(normal, "webhooks").isEmpty()) {
      normal.remove("webhooks");
    } else if (version.comparesConfigurationsByMeaning()) {
      normal.set("webhooks", sorted(normal.get("webhooks"), "name"));
      for (JsonNode webhook : normal.get("webhooks")) {
        if (webhook.get("namespaceSelector") instanceof ObjectNode selector
            && selector.get("matchExpressions") instanceof ArrayNode expressions) {
          selector.set("matchExpressions", sorted(expressions, "key"));
        }
      }
    }
    return normal;
  }

  private static ArrayNode sorted(JsonNode list, String by) {
    List<JsonNode> elements = new ArrayList<>();
    list.forEach(elements::add);
    elements.sort(Comparator.comparing(element -> Nodes.textOrEmpty(element, by)));
    ArrayNode sorted = Json.array();
    elements.forEach(sorted::add);
    return sorted;
  }

  private static ObjectNode ordered(JsonNode webhook) {
    ObjectNode ordered = ordered(webhook, WEBHOOK);
    if (ordered.get("clientConfig") instanceof ObjectNode clientConfig) {
      ObjectNode inOrder = ordered(clientConfig, CLIENT_CONFIG);
      if (inOrder.get("service") instanceof ObjectNode service) {
        inOrder.set("service", ordered(service, SERVICE));
      }
      ordered.set("clientConfig", inOrder);
    }
    orderElements(ordered, "rules", RULE);
    for (String selector : List.of("namespaceSelector", "objectSelector")) {
      if (ordered.get(selector) instanceof ObjectNode node) {
        ObjectNode inOrder = ordered(node, SELECTOR);
        orderElements(inOrder, "matchExpressions", EXPRESSION);
        ordered.set(selector, inOrder);
      }
    }
    return ordered;
  }

  private static void orderElements(ObjectNode parent, String key, List<String> order) {
    if (parent.get(key) instanceof ArrayNode list) {
      ArrayNode inOrder = Json.array();
      list.forEach(element -> inOrder.add(ordered(element, order)));
      parent.set(key, inOrder);
    }
  }

  /** Go writes the fields of a struct in the order of their declaration, and knows no others. */
  private static ObjectNode ordered(JsonNode node, List<String> order) {
    ObjectNode ordered = Json.object();
    for (String field : order) {
      JsonNode value = node.get(field);
      if (value != null && !value.isNull()) {
        ordered.set(field, value.deepCopy());
      }
    }
    return ordered;
  }
}
