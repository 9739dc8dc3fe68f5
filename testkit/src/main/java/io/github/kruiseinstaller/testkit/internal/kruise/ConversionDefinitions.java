package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** Keeps the definitions that convert by webhook pointing at the manager. */
final class ConversionDefinitions {
  private static final int SERVICE_PORT = 443;

  private final KruiseClient client;
  private final ManagerSettings settings;

  ConversionDefinitions(KruiseClient client, ManagerSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /**
   * Writes the clientConfig where it differs.
   *
   * @throws SyncException when that fails, or when certificates are external and it differs
   */
  void ensure(String caBundle) {
    ObjectNode clientConfig = clientConfig(caBundle);
    for (ObjectNode definition : client.list(Plural.DEFINITIONS, "")) {
      if (!convertsByWebhook(definition)) {
        continue;
      }
      JsonNode present = Nodes.at(definition, "spec", "conversion", "webhook", "clientConfig");
      if (settings.gates().enabled(FeatureGates.EXTERNAL_CERTS)) {
        check(Nodes.name(definition), present, caBundle);
      } else if (!clientConfig.equals(present)) {
        write(definition, clientConfig);
      }
    }
  }

  private static void check(String name, JsonNode clientConfig, String caBundle) {
    if (!clientConfig.isObject()) {
      throw new SyncException("bad conversion configuration of CRD " + name);
    }
    if (!caBundle.equals(Nodes.textOrEmpty(clientConfig, "caBundle"))) {
      throw new SyncException("caBundle of CRD " + name + " does not match external caBundle");
    }
  }

  private void write(ObjectNode definition, ObjectNode clientConfig) {
    ObjectNode webhook = Nodes.object(definition, "spec", "conversion").putObject("webhook");
    webhook.set("clientConfig", clientConfig.deepCopy());
    webhook.putArray("conversionReviewVersions").add("v1").add("v1beta1");
    try {
      client.update(Plural.DEFINITIONS, definition);
    } catch (StatusException e) {
      throw new SyncException(
          "failed to update CRD " + Nodes.name(definition) + ": " + e.getMessage(), e);
    }
  }

  private static boolean convertsByWebhook(ObjectNode definition) {
    String group = Nodes.textOrEmpty(definition, "spec", "group");
    return (group.equals(Plural.APPS) || group.equals(Plural.POLICY))
        && "Webhook".equals(Nodes.textOrEmpty(definition, "spec", "conversion", "strategy"));
  }

  private ObjectNode clientConfig(String caBundle) {
    ObjectNode clientConfig = Json.object();
    clientConfig
        .putObject("service")
        .put("namespace", settings.namespace())
        .put("name", settings.serviceName())
        .put("path", WebhookPaths.CONVERT)
        .put("port", SERVICE_PORT);
    return clientConfig.put("caBundle", caBundle);
  }
}
