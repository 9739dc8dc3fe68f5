package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Set;

/** Keeps the two webhook configurations as the manager wants them. */
final class WebhookConfigurations {
  static final String MUTATING_NAME = "kruise-mutating-webhook-configuration";
  static final String VALIDATING_NAME = "kruise-validating-webhook-configuration";

  private final KruiseClient client;
  private final ManagerSettings settings;
  private final Set<String> paths;
  private final Klog log;

  /**
   * A keeper.
   *
   * @param paths for which there are handlers
   */
  WebhookConfigurations(
      KruiseClient client, ManagerSettings settings, Set<String> paths, Klog log) {
    this.client = client;
    this.settings = settings;
    this.paths = paths;
    this.log = log;
  }

  /**
   * Writes what differs, the whole object with its resourceVersion.
   *
   * @throws SyncException when one is missing, is not understood, or cannot be written
   */
  void ensure(String caBundle) {
    ObjectNode mutating = find(Plural.MUTATING, "MutatingWebhookConfiguration", MUTATING_NAME);
    ObjectNode validating =
        find(Plural.VALIDATING, "ValidatingWebhookConfiguration", VALIDATING_NAME);
    if (settings.gates().enabled(FeatureGates.EXTERNAL_CERTS)) {
      check(mutating, "MutatingWebhookConfiguration", caBundle);
      check(validating, "ValidatingWebhookConfiguration", caBundle);
      return;
    }
    // Both are worked out before the first is written, as a template may be broken.
    ObjectNode wantedMutating = wanted(mutating, caBundle);
    ObjectNode wantedValidating = wanted(validating, caBundle);
    write(Plural.MUTATING, mutating, wantedMutating);
    write(Plural.VALIDATING, validating, wantedValidating);
  }

  /** Whatever went wrong, the manager says that it is not found. */
  private ObjectNode find(Plural plural, String kind, String name) {
    try {
      return client
          .find(plural, "", name)
          .orElseThrow(() -> new SyncException("not found " + kind + " " + name));
    } catch (StatusException e) {
      throw new SyncException("not found " + kind + " " + name, e);
    }
  }

  private void check(ObjectNode configuration, String kind, String caBundle) {
    for (JsonNode webhook : Nodes.list(configuration, "webhooks")) {
      String path = WebhookList.path(webhook);
      if (!paths.contains(path)) {
        log.warning("configuration.go", "Ignore webhook for " + path + " in configuration");
      } else if (!caBundle.equals(Nodes.textOrEmpty(webhook, "clientConfig", "caBundle"))) {
        throw new SyncException(
            "caBundle of "
                + kind
                + " "
                + Nodes.name(configuration)
                + " does not match the external caBundle");
      }
    }
  }

  private ObjectNode wanted(ObjectNode live, String caBundle) {
    ObjectNode wanted = live.deepCopy();
    ArrayNode list = template(wanted);
    ArrayNode webhooks = Json.array();
    for (JsonNode element : list) {
      ObjectNode webhook = element.deepCopy();
      String path = WebhookList.path(webhook);
      if (!paths.contains(path)) {
        log.warning("configuration.go", "Ignore webhook for " + path + " in configuration");
        continue;
      }
      ObjectNode clientConfig = Nodes.object(webhook, "clientConfig");
      clientConfig.put("caBundle", caBundle);
      if (clientConfig.get("service") instanceof ObjectNode service) {
        service.put("namespace", settings.namespace()).put("name", settings.serviceName());
      }
      webhooks.add(webhook);
    }
    if (webhooks.isEmpty()) {
      wanted.remove("webhooks");
    } else {
      wanted.set("webhooks", webhooks);
    }
    return wanted;
  }

  /**
   * The list of the annotation if there is one; else the present list, which is put into the
   * annotation, as the word null when there is none.
   */
  private static ArrayNode template(ObjectNode configuration) {
    String template = Nodes.textOrEmpty(configuration, "metadata", "annotations", "template");
    if (!template.isEmpty()) {
      return WebhookList.parse(template);
    }
    JsonNode webhooks = Nodes.at(configuration, "webhooks");
    Nodes.object(configuration, "metadata", "annotations")
        .put("template", WebhookList.write(webhooks));
    return webhooks instanceof ArrayNode list ? list : Json.array();
  }

  private void write(Plural plural, ObjectNode live, ObjectNode wanted) {
    if (WebhookList.normalized(live, settings.version())
        .equals(WebhookList.normalized(wanted, settings.version()))) {
      return;
    }
    try {
      client.update(plural, wanted);
    } catch (StatusException e) {
      throw new SyncException("failed to update " + Nodes.name(live) + ": " + e.getMessage(), e);
    }
  }
}
