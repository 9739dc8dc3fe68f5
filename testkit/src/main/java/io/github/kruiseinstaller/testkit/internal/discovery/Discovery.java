package io.github.kruiseinstaller.testkit.internal.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.Locale;
import java.util.Optional;

/**
 * The documents under {@code /api}, {@code /apis}, {@code /openapi} and at {@code /version}, always
 * as the kinds are now. Thread-safe.
 */
public final class Discovery {
  private static final String JSON = "application/json";
  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  private final PlainDiscovery plain;
  private final AggregatedDiscovery aggregated;
  private final OpenApiDocuments openApi;

  /**
   * Tells of these kinds.
   *
   * @param serverAddress host and port at which clients find the server
   */
  public Discovery(Kinds kinds, String serverAddress) {
    this.plain = new PlainDiscovery(kinds, serverAddress);
    this.aggregated = new AggregatedDiscovery(kinds);
    this.openApi = new OpenApiDocuments(kinds);
  }

  /** A document. */
  public static final class Page {
    private final String contentType;
    private final byte[] body;

    Page(String contentType, byte[] body) {
      this.contentType = contentType;
      this.body = body;
    }

    /** With its parameters. */
    public String contentType() {
      return contentType;
    }

    /** As it is sent; not to be changed. */
    public byte[] body() {
      return body;
    }
  }

  /**
   * The document at a path.
   *
   * @param path such as {@code /apis/apps/v1}, without query and without a slash at the end
   * @param accept the Accept header, or empty
   * @return empty when nothing is there; also for OpenAPI v2 as protobuf, which there is none of
   */
  public Optional<Page> page(String path, String accept) {
    String[] steps = path.substring(Math.min(1, path.length())).split("/", -1);
    return switch (steps[0]) {
      case "version" -> steps.length == 1 ? json(ServerVersion.document()) : Optional.empty();
      case "api" -> api(steps, accept);
      case "apis" -> apis(steps, accept);
      case "openapi" -> openApi(path, accept);
      default -> Optional.empty();
    };
  }

  private static Optional<Page> json(ObjectNode document) {
    return Optional.of(new Page(JSON, Json.bytes(document)));
  }

  private Optional<Page> api(String[] steps, String accept) {
    if (steps.length == 1) {
      return wantsAggregated(accept) ? aggregated(true) : json(plain.api());
    }
    return steps.length == 2
        ? plain.resources("", steps[1]).flatMap(Discovery::json)
        : Optional.empty();
  }

  private Optional<Page> aggregated(boolean core) {
    return Optional.of(new Page(AGGREGATED, Json.bytes(aggregated.list(core))));
  }

  private Optional<Page> apis(String[] steps, String accept) {
    return switch (steps.length) {
      case 1 -> wantsAggregated(accept) ? aggregated(false) : json(plain.apis());
      case 2 -> plain.group(steps[1]).flatMap(Discovery::json);
      case 3 -> plain.resources(steps[1], steps[2]).flatMap(Discovery::json);
      default -> Optional.empty();
    };
  }

  private Optional<Page> openApi(String path, String accept) {
    if (path.equals("/openapi/v3")) {
      // The real one leaves the type to Go, which takes JSON for text.
      return Optional.of(new Page("text/plain; charset=utf-8", Json.bytes(openApi.index())));
    }
    if (path.startsWith("/openapi/v3/")) {
      return openApi.v3(path.substring("/openapi/v3/".length())).map(body -> new Page(JSON, body));
    }
    boolean readable = accept.isEmpty() || accept.contains("*/*") || accept.contains("json");
    return path.equals("/openapi/v2") && readable
        ? Optional.of(new Page(JSON, openApi.v2()))
        : Optional.empty();
  }

  /** Whether, of the forms that there are, the one in one document is asked for first. */
  private static boolean wantsAggregated(String accept) {
    for (String type : accept.toLowerCase(Locale.ROOT).replace(" ", "").split(",", -1)) {
      boolean json = type.startsWith(JSON);
      // Since 1.33 a server no longer knows v2beta1.
      if (json
          && type.contains(";as=apigroupdiscoverylist")
          && type.contains(";g=apidiscovery.k8s.io")
          && (type + ";").contains(";v=v2;")) {
        return true;
      }
      if ((json && !type.contains(";as=")) || type.startsWith("*/*")) {
        return false;
      }
    }
    return false;
  }
}
