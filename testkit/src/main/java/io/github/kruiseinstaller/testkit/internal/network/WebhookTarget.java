package io.github.kruiseinstaller.testkit.internal.network;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Whom to call. Equal targets share connections.
 *
 * @param namespace of the Service; empty when called by URL
 * @param service the Service; empty when called by URL
 * @param port of the Service
 * @param url {@code https://host:port/path}, without a query
 * @param caBundle certificates in PEM; empty when none is given
 */
public record WebhookTarget(
    String namespace, String service, int port, String url, String caBundle) {
  private static final int DEFAULT_PORT = 443;

  /** The target of a {@code clientConfig}. */
  public static WebhookTarget of(JsonNode clientConfig) {
    String bundle = decoded(Nodes.textOrEmpty(clientConfig, "caBundle"));
    JsonNode service = Nodes.at(clientConfig, "service");
    if (service.isMissingNode()) {
      return new WebhookTarget("", "", 0, Nodes.textOrEmpty(clientConfig, "url"), bundle);
    }
    String namespace = Nodes.textOrEmpty(service, "namespace");
    String name = Nodes.textOrEmpty(service, "name");
    int port = (int) Nodes.number(DEFAULT_PORT, service, "port");
    String path = Nodes.textOrEmpty(service, "path");
    String url = "https://" + name + "." + namespace + ".svc:" + port;
    return new WebhookTarget(
        namespace, name, port, url + (path.startsWith("/") ? path : "/" + path), bundle);
  }

  /** The same, where a bundle of nothing but white space is as good as none. */
  public WebhookTarget withoutBlankBundle() {
    return caBundle.isBlank() && !caBundle.isEmpty()
        ? new WebhookTarget(namespace, service, port, url, "")
        : this;
  }

  /** Whether it is a Service. */
  boolean isService() {
    return !service.isEmpty();
  }

  private static String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      // Such an object cannot have been stored by an API server; it is no PEM either.
      return base64;
    }
  }
}
