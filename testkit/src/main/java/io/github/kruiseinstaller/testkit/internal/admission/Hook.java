package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.network.WebhookTarget;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One entry of a webhook configuration.
 *
 * @param id tells it from all others
 * @param name such as {@code mpod.kb.io}
 * @param definition the entry
 */
record Hook(String id, String name, JsonNode definition) {
  private static final int DEFAULT_TIMEOUT = 10;

  /** All hooks in the order in which they are called. */
  static List<Hook> all(List<ObjectNode> configurations) {
    List<Hook> hooks = new ArrayList<>();
    List<ObjectNode> sorted = new ArrayList<>(configurations);
    sorted.sort(Comparator.comparing(Nodes::name));
    for (ObjectNode configuration : sorted) {
      int index = 0;
      for (JsonNode definition : Nodes.list(configuration, "webhooks")) {
        String name = Nodes.textOrEmpty(definition, "name");
        hooks.add(
            new Hook(Nodes.name(configuration) + "/" + name + "/" + index++, name, definition));
      }
    }
    return hooks;
  }

  List<JsonNode> rules() {
    return Nodes.list(definition, "rules");
  }

  /** Whether it also wants what is the same in another version. */
  boolean matchesEquivalents() {
    return !Nodes.textOrEmpty(definition, "matchPolicy").equals("Exact");
  }

  LabelSelector namespaceSelector() {
    return new LabelSelector(Nodes.at(definition, "namespaceSelector"));
  }

  LabelSelector objectSelector() {
    return new LabelSelector(Nodes.at(definition, "objectSelector"));
  }

  /** Whether a call that fails is as good as a consent. */
  boolean ignoresFailures() {
    return Nodes.textOrEmpty(definition, "failurePolicy").equals("Ignore");
  }

  /** Whether it may be called in a dry run. */
  boolean supportsDryRun() {
    String effects = Nodes.textOrEmpty(definition, "sideEffects");
    return effects.equals("None") || effects.equals("NoneOnDryRun");
  }

  /** Whether it is called again when others changed the object after it. */
  boolean reinvocable() {
    return Nodes.textOrEmpty(definition, "reinvocationPolicy").equals("IfNeeded");
  }

  int timeoutSeconds() {
    return (int) Nodes.number(DEFAULT_TIMEOUT, definition, "timeoutSeconds");
  }

  WebhookTarget target() {
    return WebhookTarget.of(Nodes.at(definition, "clientConfig"));
  }

  /** The first version of AdmissionReview that both sides know, or an empty text. */
  String reviewVersion() {
    return Nodes.list(definition, "admissionReviewVersions").stream()
        .map(JsonNode::asText)
        .filter(version -> version.equals("v1") || version.equals("v1beta1"))
        .findFirst()
        .orElse("");
  }
}
