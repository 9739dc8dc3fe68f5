package io.github.kruiseinstaller.internal.tree;

import com.google.gson.FormattingStyle;
import com.google.gson.JsonIOException;
import com.google.gson.JsonSyntaxException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
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
  private Json() {}

  /**
   * Parses one JSON value.
   *
   * @throws com.google.gson.JsonParseException when the text is not JSON
   */
  public static @Nullable Object parse(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.LENIENT);
    try {
      Object tree = read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonSyntaxException("Did not consume the entire document.");
      }
      return tree;
    } catch (MalformedJsonException | EOFException | NumberFormatException e) {
      throw new JsonSyntaxException(e);
    } catch (IOException e) {
      throw new JsonIOException(e);
    }
  }

  /** Prints a tree on one line. */
  public static String compact(@Nullable Object tree) {
    return print(tree, FormattingStyle.COMPACT);
  }

  /** Prints a tree indented, for people. */
  public static String pretty(@Nullable Object tree) {
    return print(tree, FormattingStyle.PRETTY);
  }

  private static String print(@Nullable Object tree, FormattingStyle style) {
    StringWriter text = new StringWriter();
    JsonWriter writer = new JsonWriter(text);
    writer.setFormattingStyle(style);
    try {
      write(writer, tree);
    } catch (IOException e) {
      throw new JsonIOException(e);
    }
    return text.toString();
  }

  private static @Nullable Object read(JsonReader reader) throws IOException {
    switch (reader.peek()) {
      case BEGIN_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
          map.put(reader.nextName(), read(reader));
        }
        reader.endObject();
        return map;
      }
      case BEGIN_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
          list.add(read(reader));
        }
        reader.endArray();
        return list;
      }
      case STRING -> {
        return reader.nextString();
      }
      case NUMBER -> {
        return number(reader.nextString());
      }
      case BOOLEAN -> {
        return reader.nextBoolean();
      }
      default -> {
        reader.nextNull();
        return null;
      }
    }
  }

  private static void write(JsonWriter writer, @Nullable Object tree) throws IOException {
    if (tree == null) {
      writer.nullValue();
    } else if (tree instanceof Map<?, ?> map) {
      writer.beginObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        writer.name((String) entry.getKey());
        write(writer, entry.getValue());
      }
      writer.endObject();
    } else if (tree instanceof List<?> list) {
      writer.beginArray();
      for (Object item : list) {
        write(writer, item);
      }
      writer.endArray();
    } else if (tree instanceof Boolean flag) {
      writer.value(flag);
    } else if (tree instanceof Number number) {
      writer.value(number);
    } else if (tree instanceof String text) {
      writer.value(text);
    } else {
      throw notJson(tree);
    }
  }

  private static IllegalArgumentException notJson(Object value) {
    return new IllegalArgumentException("not a JSON value: " + value.getClass().getName());
  }

  private static Number number(String text) {
    if (text.indexOf('.') >= 0 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
      return new BigDecimal(text);
    }
    BigInteger integer = new BigInteger(text);
    return integer.bitLength() < Long.SIZE ? (Number) integer.longValue() : integer;
  }
}
