package io.github.kruiseinstaller.testkit.internal.tree;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * JSON as trees. Every integer that fits is a {@link LongNode}, so that equal numbers are equal
 * nodes; make nodes here, never with Jackson's own factory.
 */
public final class Json {
  private static final JsonNodeFactory NODES =
      new JsonNodeFactory(true) {
        private static final long serialVersionUID = 1;

        @Override
        public NumericNode numberNode(byte value) {
          return LongNode.valueOf(value);
        }

        @Override
        public NumericNode numberNode(short value) {
          return LongNode.valueOf(value);
        }

        @Override
        public NumericNode numberNode(int value) {
          return LongNode.valueOf(value);
        }
      };

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .nodeFactory(NODES)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private Json() {}

  /** An empty object. */
  public static ObjectNode object() {
    return NODES.objectNode();
  }

  /** An empty list. */
  public static ArrayNode array() {
    return NODES.arrayNode();
  }

  /** A text. */
  public static JsonNode text(String value) {
    return NODES.textNode(value);
  }

  /** A tree of maps, lists, texts, numbers and truth values as JSON. */
  public static JsonNode of(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** An object of maps and so on as JSON. */
  public static ObjectNode objectOf(Map<String, ?> value) {
    return MAPPER.valueToTree(value);
  }

  /** The opposite of {@link #objectOf}: maps, lists, texts, numbers and truth values. */
  public static Map<String, Object> toMap(ObjectNode tree) {
    return MAPPER.convertValue(tree, new TypeReference<Map<String, Object>>() {});
  }

  /**
   * Parses one JSON value.
   *
   * @throws IllegalArgumentException when it is not JSON
   */
  public static JsonNode parse(byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JSON of a tree, in UTF-8. */
  public static byte[] bytes(JsonNode tree) {
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The JSON of a tree on one line. */
  public static String compact(JsonNode tree) {
    return tree.toString();
  }
}
