package io.github.kruiseinstaller.internal.tree;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON text to raw tree and back without loss: order of keys, explicit nulls and integers beyond
 * 2^53 survive. A tree consists of {@code Map<String, Object>}, {@code List<Object>}, String,
 * Boolean, Long, BigInteger, BigDecimal and null.
 */
public final class Json {
  private static final Gson COMPACT =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
  private static final Gson PRETTY =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().setPrettyPrinting().create();

  private Json() {}

  /**
   * Parses one JSON value.
   *
   * @throws com.google.gson.JsonParseException when the text is not JSON
   */
  public static @Nullable Object parse(String text) {
    return fromElement(JsonParser.parseString(text));
  }

  /** Prints a tree on one line. */
  public static String compact(@Nullable Object tree) {
    return COMPACT.toJson(toElement(tree));
  }

  /** Prints a tree indented, for people. */
  public static String pretty(@Nullable Object tree) {
    return PRETTY.toJson(toElement(tree));
  }

  /** The raw tree of a parsed JSON element. */
  public static @Nullable Object fromElement(JsonElement element) {
    if (element.isJsonNull()) {
      return null;
    }
    if (element.isJsonObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      for (Map.Entry<String, JsonElement> entry : element.getAsJsonObject().entrySet()) {
        map.put(entry.getKey(), fromElement(entry.getValue()));
      }
      return map;
    }
    if (element.isJsonArray()) {
      List<@Nullable Object> list = new ArrayList<>(element.getAsJsonArray().size());
      for (JsonElement item : element.getAsJsonArray()) {
        list.add(fromElement(item));
      }
      return list;
    }
    JsonPrimitive primitive = element.getAsJsonPrimitive();
    if (primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    return primitive.isString() ? primitive.getAsString() : number(primitive.getAsString());
  }

  /** The JSON element of a raw tree. */
  public static JsonElement toElement(@Nullable Object tree) {
    if (tree == null) {
      return JsonNull.INSTANCE;
    }
    if (tree instanceof Map<?, ?> map) {
      JsonObject object = new JsonObject();
      map.forEach((key, value) -> object.add((String) key, toElement(value)));
      return object;
    }
    if (tree instanceof List<?> list) {
      JsonArray array = new JsonArray(list.size());
      list.forEach(item -> array.add(toElement(item)));
      return array;
    }
    if (tree instanceof Boolean flag) {
      return new JsonPrimitive(flag);
    }
    if (tree instanceof Number number) {
      return new JsonPrimitive(number);
    }
    if (tree instanceof String text) {
      return new JsonPrimitive(text);
    }
    throw new IllegalArgumentException("not a JSON value: " + tree.getClass().getName());
  }

  private static Number number(String text) {
    if (text.indexOf('.') >= 0 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
      return new BigDecimal(text);
    }
    BigInteger integer = new BigInteger(text);
    return integer.bitLength() < Long.SIZE ? (Number) integer.longValue() : integer;
  }
}
