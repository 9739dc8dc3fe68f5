package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Puts objects into the form in which the client wants them. */
final class Rendering {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectWriter PRETTY = MAPPER.writerWithDefaultPrettyPrinter();

  private final Tables tables;

  Rendering(Tables tables) {
    this.tables = tables;
  }

  /**
   * An answer with an object or a list.
   *
   * @param resource of which kind, for tables; null for what never becomes one
   * @param tree changed by this
   */
  Answer.Whole object(Call call, int status, @Nullable Resource resource, ObjectNode tree) {
    Accept accept = Accept.of(call.headers().first("Accept"));
    JsonNode shown = resource == null ? tree : transformed(call, accept, resource, tree, true);
    boolean indent = accept.pretty() || prettyAsked(call);
    return new Answer.Whole(
        status, contentType(accept), bytes(shown, accept.yaml(), indent), Map.of());
  }

  /** A refusal. */
  static Answer.Whole refusal(StatusException refusal, String acceptHeader) {
    Accept accept = Accept.ofError(acceptHeader);
    StatusException.Details details = refusal.details();
    Map<String, String> headers =
        details != null && details.retryAfterSeconds() > 0
            ? Map.of("Retry-After", String.valueOf(details.retryAfterSeconds()))
            : Map.of();
    return new Answer.Whole(
        refusal.code(), contentType(accept), bytes(refusal.body(), accept.yaml(), false), headers);
  }

  /** The object of a watch event, as it is sent. */
  ObjectNode event(Call call, Accept accept, Resource resource, ObjectNode object, boolean first) {
    return transformed(call, accept, resource, object, first);
  }

  private ObjectNode transformed(
      Call call, Accept accept, Resource resource, ObjectNode tree, boolean headers) {
    if (Nodes.textOrEmpty(tree, "kind").equals("Status")
        && Nodes.textOrEmpty(tree, "apiVersion").equals("v1")) {
      return tree;
    }
    if (!call.faults().leaseShift().isZero()) {
      LeaseClock.shift(tree, call.faults().leaseShift());
    }
    String apiVersion = "meta.k8s.io/" + accept.metaVersion();
    return switch (accept.as()) {
      case "Table" ->
          tables.table(
              resource, tree, new Tables.Options(apiVersion, includeObject(call), headers));
      case "PartialObjectMetadata" -> {
        if (tree.has("items")) {
          throw notConvertible("PartialObjectMetadata", "a list");
        }
        yield partial(tree, apiVersion);
      }
      case "PartialObjectMetadataList" -> {
        if (!tree.has("items")) {
          throw notConvertible("PartialObjectMetadataList", "not a list");
        }
        yield partialList(tree, apiVersion);
      }
      default -> tree;
    };
  }

  private static StatusException notConvertible(String wanted, String found) {
    return new StatusException(
        406,
        "NotAcceptable",
        "you requested " + wanted + ", but the requested object is " + found,
        null);
  }

  private static String includeObject(Call call) {
    String include = call.query().text("includeObject");
    if (Stream.of("", "None", "Metadata", "Object").noneMatch(include::equals)) {
      throw Statuses.badRequest(
          "Unable to convert to Table as requested: includeObject: Invalid value: \""
              + include
              + "\": must be 'Metadata', 'Object', 'None', or empty");
    }
    return include;
  }

  /** An object's metadata alone. */
  static ObjectNode partial(JsonNode object, String apiVersion) {
    ObjectNode partial =
        Json.object().put("kind", "PartialObjectMetadata").put("apiVersion", apiVersion);
    partial.set("metadata", object.path("metadata").deepCopy());
    return partial;
  }

  private static ObjectNode partialList(ObjectNode list, String apiVersion) {
    ObjectNode partial =
        Json.object().put("kind", "PartialObjectMetadataList").put("apiVersion", apiVersion);
    partial.set("metadata", list.path("metadata"));
    ArrayNode items = partial.putArray("items");
    list.path("items").forEach(item -> items.add(partial(item, apiVersion)));
    return partial;
  }

  private static boolean prettyAsked(Call call) {
    String asked = call.query().text("pretty");
    if (!asked.isEmpty()) {
      return List.of("1", "t", "T", "true", "TRUE", "True").contains(asked);
    }
    String agent = call.caller().agent();
    return agent.startsWith("curl") || agent.startsWith("Wget") || agent.startsWith("Mozilla/5.0");
  }

  private static String contentType(Accept accept) {
    return accept.yaml() ? "application/yaml" : "application/json";
  }

  private static byte[] bytes(JsonNode tree, boolean yaml, boolean indent) {
    if (yaml) {
      return yaml(tree);
    }
    try {
      byte[] json = indent ? PRETTY.writeValueAsBytes(tree) : Json.bytes(tree);
      return line(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** JSON with a line break behind it. */
  static byte[] line(byte[] json) {
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  private static byte[] yaml(JsonNode tree) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setSplitLines(false);
    return new Yaml(options)
        .dump(MAPPER.convertValue(tree, Object.class))
        .getBytes(StandardCharsets.UTF_8);
  }
}
