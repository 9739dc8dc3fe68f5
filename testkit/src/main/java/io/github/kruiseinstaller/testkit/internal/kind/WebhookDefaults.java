package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** What Kubernetes puts into everything that points at webhooks. */
final class WebhookDefaults {
  private static final long PORT = 443;

  private WebhookDefaults() {}

  /** A ValidatingWebhookConfiguration. */
  static void validating(ObjectNode configuration) {
    Fill.each(configuration, WebhookDefaults::webhook, "webhooks");
  }

  /** A MutatingWebhookConfiguration. */
  static void mutating(ObjectNode configuration) {
    validating(configuration);
    Fill.each(
        configuration, webhook -> Fill.text(webhook, "reinvocationPolicy", "Never"), "webhooks");
  }

  private static void webhook(ObjectNode webhook) {
    Fill.text(webhook, "failurePolicy", "Fail");
    matching(webhook);
    Fill.number(webhook, "timeoutSeconds", 10);
    Fill.each(webhook, rule -> Fill.text(rule, "scope", "*"), "rules");
    Fill.within(webhook, WebhookDefaults::port, "clientConfig", "service");
  }

  private static void matching(ObjectNode matching) {
    Fill.text(matching, "matchPolicy", "Equivalent");
    Fill.object(matching, "namespaceSelector");
    Fill.object(matching, "objectSelector");
  }

  private static void port(ObjectNode service) {
    Fill.number(service, "port", PORT);
  }

  /** A ValidatingAdmissionPolicy. */
  static void policy(ObjectNode policy) {
    ObjectNode spec = Nodes.object(policy, "spec");
    Fill.text(spec, "failurePolicy", "Fail");
    Fill.within(spec, WebhookDefaults::resources, "matchConstraints");
  }

  /** A ValidatingAdmissionPolicyBinding. */
  static void binding(ObjectNode binding) {
    Fill.within(binding, WebhookDefaults::resources, "spec", "matchResources");
  }

  private static void resources(ObjectNode resources) {
    matching(resources);
    for (String rules : new String[] {"resourceRules", "excludeResourceRules"}) {
      Fill.each(resources, rule -> Fill.text(rule, "scope", "*"), rules);
    }
  }

  /** A CustomResourceDefinition. */
  static void definition(ObjectNode definition) {
    ObjectNode spec = Nodes.object(definition, "spec");
    ObjectNode names = Fill.object(spec, "names");
    String kind = Nodes.textOrEmpty(names, "kind");
    if (!kind.isEmpty()) {
      Fill.text(names, "singular", kind.toLowerCase(java.util.Locale.ROOT));
      Fill.text(names, "listKind", kind + "List");
    }
    if (!spec.hasNonNull("conversion")) {
      spec.putObject("conversion").put("strategy", "None");
    }
    Fill.within(spec, WebhookDefaults::port, "conversion", "webhook", "clientConfig", "service");
  }

  /** An APIService. */
  static void apiService(ObjectNode apiService) {
    Fill.within(apiService, WebhookDefaults::port, "spec", "service");
  }
}
