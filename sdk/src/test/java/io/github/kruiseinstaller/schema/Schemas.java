package io.github.kruiseinstaller.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.github.kruiseinstaller.plan.InstallPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The JSON Schema files as they are shipped, and closed: a key that no schema names is an error.
 */
final class Schemas {
  static final List<String> NAMES =
      List.of(
          "install-plan",
          "install-report",
          "install-event",
          "preflight-report",
          "health-report",
          "diagnosis-report",
          "repair-report",
          "uninstall-plan",
          "uninstall-report");

  private static final String BASE = "https://kruise-installer.github.io/schema/";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonSchemaFactory factory;

  private Schemas(Map<String, String> texts) {
    factory =
        JsonSchemaFactory.getInstance(
            VersionFlag.V202012,
            builder -> builder.schemaLoaders(loaders -> loaders.schemas(texts)));
  }

  static Schemas shipped() {
    return new Schemas(texts(false));
  }

  static Schemas closed() {
    return new Schemas(texts(true));
  }

  static String text(String name) {
    String resource = "/io/github/kruiseinstaller/schema/" + name + ".schema.json";
    try (InputStream stream =
        Objects.requireNonNull(InstallPlan.class.getResourceAsStream(resource), resource)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  Set<ValidationMessage> problems(String name, String json) {
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    JsonSchema schema = factory.getSchema(SchemaLocation.of(BASE + name + ".schema.json"), config);
    return schema.validate(json, InputFormat.JSON);
  }

  private static Map<String, String> texts(boolean close) {
    Map<String, String> texts = new HashMap<>();
    for (String name : NAMES) {
      JsonNode schema = tree(text(name));
      if (close) {
        close(schema);
      }
      texts.put(BASE + name + ".schema.json", schema.toString());
    }
    return texts;
  }

  private static void close(JsonNode node) {
    node.forEach(Schemas::close);
    // The alternatives of an event close themselves; its outer schema only names their common keys.
    if (node instanceof ObjectNode schema && schema.has("required") && !schema.has("oneOf")) {
      schema.put("additionalProperties", false);
    }
  }
}
