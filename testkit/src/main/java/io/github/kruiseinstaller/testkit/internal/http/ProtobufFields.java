package io.github.kruiseinstaller.testkit.internal.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Which fields the kinds have in protobuf. Immutable, and read when first needed. */
final class ProtobufFields {
  private static final String TABLE = "protobuf-fields.txt";

  private final Map<String, Map<Integer, Field>> messages;

  private ProtobufFields(Map<String, Map<Integer, Field>> messages) {
    this.messages = messages;
  }

  /** Read once. */
  private static final class Holder {
    private static final ProtobufFields INSTANCE = read();
  }

  /** The fields of Kubernetes 1.34. */
  static ProtobufFields all() {
    return Holder.INSTANCE;
  }

  /** How often a field is there. */
  enum Number {
    /** Always, also when it is empty. */
    ONE,
    /** Only when it is meant. */
    OPTIONAL,
    /** Any number of times. */
    LIST,
    /** Any number of times, as keys and values. */
    MAP
  }

  /**
   * A field.
   *
   * @param name in JSON; empty when its fields are its parent's
   * @param number how often
   * @param type {@code s}, {@code i}, {@code b}, a special type or a message's name
   */
  record Field(String name, Number number, String type) {}

  /** The fields of a message by number; empty for one that is not known. */
  Optional<Map<Integer, Field>> message(String name) {
    return Optional.ofNullable(messages.get(name));
  }

  private static ProtobufFields read() {
    Map<String, Map<Integer, Field>> messages = new HashMap<>();
    try (InputStream in =
            Objects.requireNonNull(ProtobufFields.class.getResourceAsStream(TABLE), TABLE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> readMessage(line.split(" "), messages));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ProtobufFields(messages);
  }

  private static void readMessage(String[] words, Map<String, Map<Integer, Field>> messages) {
    String message = words[0];
    String home = message.substring(0, message.indexOf('.') + 1);
    Map<Integer, Field> fields = new HashMap<>();
    for (int i = 1; i < words.length; i++) {
      String[] parts = words[i].split(":", 3);
      fields.put(Integer.valueOf(parts[0]), field(parts[1], parts[2], home));
    }
    messages.put(message, fields);
  }

  private static Field field(String name, String text, String home) {
    Number number =
        switch (text.charAt(0)) {
          case '*' -> Number.OPTIONAL;
          case '[' -> Number.LIST;
          case '{' -> Number.MAP;
          default -> Number.ONE;
        };
    String type = number == Number.ONE ? text : text.substring(1);
    boolean local = Character.isUpperCase(type.charAt(0)) && !ProtobufBody.SPECIAL.contains(type);
    return new Field(name, number, local ? home + type : type);
  }
}
