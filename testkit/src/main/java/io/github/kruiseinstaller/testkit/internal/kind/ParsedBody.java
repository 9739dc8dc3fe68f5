package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The body of a request as a tree.
 *
 * @param tree what it says; of fields that are there twice, the last
 * @param duplicates what strict decoding has against it, worded as the API server does
 */
public record ParsedBody(JsonNode tree, List<String> duplicates) {
  /** Copies the list. */
  public ParsedBody {
    duplicates = List.copyOf(duplicates);
  }

  /**
   * Reads JSON.
   *
   * @throws IllegalArgumentException with the text of Go's JSON reader
   */
  public static ParsedBody json(byte[] body) {
    return new JsonBody(body).read();
  }

  /**
   * Reads YAML as Kubernetes does: JSON's types only, YAML 1.1 truth values, keys become texts.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ParsedBody yaml(byte[] body) {
    return new YamlBody(new String(body, StandardCharsets.UTF_8)).read();
  }

  /** Reads YAML when the content type says so, else JSON. */
  public static ParsedBody of(byte[] body, String contentType) {
    return contentType.contains("yaml") ? yaml(body) : json(body);
  }
}
