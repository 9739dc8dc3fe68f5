package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads JSON and notes the fields that are there twice. */
final class JsonBody {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final byte[] body;
  private final List<String> duplicates = new ArrayList<>();

  JsonBody(byte[] body) {
    this.body = body;
  }

  /** Reads the one value. */
  ParsedBody read() {
    try (JsonParser parser = FACTORY.createParser(body)) {
      parser.nextToken();
      JsonNode tree = value(parser, "");
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException(GoJsonErrors.of(body));
      }
      return new ParsedBody(tree, duplicates);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(GoJsonErrors.of(body), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode value(JsonParser parser, String path) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IllegalArgumentException(GoJsonErrors.of(body));
    }
    return switch (token) {
      case START_OBJECT -> object(parser, path);
      case START_ARRAY -> array(parser, path);
      case VALUE_STRING -> Json.text(parser.getText());
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> DecimalNode.valueOf(parser.getDecimalValue());
      case VALUE_TRUE -> BooleanNode.TRUE;
      case VALUE_FALSE -> BooleanNode.FALSE;
      default -> NullNode.getInstance();
    };
  }

  private static JsonNode integer(JsonParser parser) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? BigIntegerNode.valueOf(parser.getBigIntegerValue())
        : LongNode.valueOf(parser.getLongValue());
  }

  private ObjectNode object(JsonParser parser, String path) throws IOException {
    ObjectNode object = Json.object();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      String below = path.isEmpty() ? key : path + "." + key;
      parser.nextToken();
      JsonNode value = value(parser, below);
      @Nullable JsonNode before = object.replace(key, value);
      if (before != null) {
        String message = "duplicate field \"" + below + "\"";
        if (!duplicates.contains(message)) {
          duplicates.add(message);
        }
      }
    }
    return object;
  }

  private ArrayNode array(JsonParser parser, String path) throws IOException {
    ArrayNode array = Json.array();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser, path + "[" + array.size() + "]"));
    }
    return array;
  }
}
