package io.github.kruiseinstaller.testkit.internal.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Trees for tests, written the short way. */
public final class Trees {
  private Trees() {}

  /** An object as YAML. */
  public static ObjectNode object(String yaml) {
    return (ObjectNode) tree(yaml);
  }

  /** Anything as YAML, with JSON's types once more, so that numbers are as in requests. */
  public static JsonNode tree(String yaml) {
    Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    return Json.parse(Json.bytes(Json.of(loaded)));
  }

  /** A body. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
