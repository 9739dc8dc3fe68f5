package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Objects that clients send in protobuf, turned into JSON; kubectl does so where it knows the kind.
 * Answers are always JSON, which such clients accept too.
 */
final class ProtobufBody {
  /** The media type. */
  static final String TYPE = "application/vnd.kubernetes.protobuf";

  /** Types that are messages in protobuf and something else in JSON. */
  static final Set<String> SPECIAL =
      Set.of("Quantity", "IntOrString", "Time", "MicroTime", "Raw", "FieldsV1", "List");

  private static final byte[] MAGIC = {'k', '8', 's', 0};

  private final ProtobufFields fields = ProtobufFields.all();

  private ProtobufBody() {}

  /**
   * The same object as JSON.
   *
   * @return empty for a kind that is not known
   * @throws IllegalArgumentException when it is not protobuf
   */
  static Optional<byte[]> json(byte[] body) {
    try {
      return new ProtobufBody().unwrapped(body);
    } catch (IndexOutOfBoundsException | DateTimeException e) {
      throw new IllegalArgumentException("unexpected EOF", e);
    }
  }

  private Optional<byte[]> unwrapped(byte[] body) {
    if (body.length < MAGIC.length
        || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IllegalArgumentException(
          "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
    }
    String apiVersion = "";
    String kind = "";
    byte[] raw = new byte[0];
    ProtobufReader envelope = new ProtobufReader(body, MAGIC.length, body.length);
    while (envelope.next()) {
      if (envelope.field() == 1) {
        ProtobufReader type = envelope.message();
        while (type.next()) {
          if (type.field() == 1) {
            apiVersion = type.text();
          } else {
            kind = type.text();
          }
        }
      } else if (envelope.field() == 2) {
        raw = envelope.bytes();
      } else {
        envelope.skip();
      }
    }
    String name = kind.equals("DeleteOptions") ? "meta/v1.DeleteOptions" : name(apiVersion, kind);
    if (fields.message(name).isEmpty()) {
      return Optional.empty();
    }
    ObjectNode object = Json.object().put("apiVersion", apiVersion).put("kind", kind);
    read(new ProtobufReader(raw, 0, raw.length), name, object);
    return Optional.of(Json.bytes(object));
  }

  /** {@code rbac.authorization.k8s.io/v1}, Role: {@code rbac/v1.Role}. */
  private static String name(String apiVersion, String kind) {
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "core" : apiVersion.substring(0, slash).split("\\.", 2)[0];
    return group + "/" + apiVersion.substring(slash + 1) + "." + kind;
  }

  private void read(ProtobufReader in, String message, ObjectNode object) {
    Map<Integer, ProtobufFields.Field> known =
        fields
            .message(message)
            .orElseThrow(() -> new IllegalArgumentException("unknown message " + message));
    while (in.next()) {
      ProtobufFields.Field field = known.get(in.field());
      if (field == null) {
        in.skip();
      } else if (field.name().isEmpty()) {
        read(in.message(), field.type(), object);
      } else {
        put(in, field, object);
      }
    }
  }

  private void put(ProtobufReader in, ProtobufFields.Field field, ObjectNode object) {
    String name = field.name();
    switch (field.number()) {
      case LIST -> {
        ArrayNode list =
            object.get(name) instanceof ArrayNode there ? there : object.putArray(name);
        list.add(value(in, field.type()));
      }
      case MAP -> entry(in.message(), field.type(), object.withObject("/" + name));
      case OPTIONAL -> object.set(name, value(in, field.type()));
      case ONE -> {
        JsonNode value = value(in, field.type());
        if (!empty(value)) {
          object.set(name, value);
        }
      }
    }
  }

  private void entry(ProtobufReader in, String type, ObjectNode map) {
    String key = "";
    JsonNode value = TextNode.valueOf("");
    while (in.next()) {
      if (in.field() == 1) {
        key = in.text();
      } else {
        value = value(in, type);
      }
    }
    map.set(key, value);
  }

  /** What Go writes although nothing is meant. */
  private static boolean empty(JsonNode value) {
    return value.isNull()
        || (value.isContainerNode() && value.isEmpty())
        || (value.isTextual() && value.textValue().isEmpty())
        || (value.isNumber() && value.longValue() == 0)
        || (value.isBoolean() && !value.booleanValue());
  }

  private JsonNode value(ProtobufReader in, String type) {
    return switch (type) {
      case "s" -> Json.text(in.text());
      case "i" -> Json.of(in.number());
      case "b" -> Json.of(in.number() != 0);
      case "bytes" -> Json.text(Base64.getEncoder().encodeToString(in.bytes()));
      case "Quantity" -> Json.text(only(in.message()));
      case "Time" -> time(in.message(), ChronoUnit.SECONDS);
      case "MicroTime" -> time(in.message(), ChronoUnit.MICROS);
      case "Raw", "FieldsV1" -> embedded(in.message());
      case "IntOrString" -> intOrString(in.message());
      case "List" -> list(in.message());
      default -> {
        ObjectNode object = Json.object();
        read(in.message(), type, object);
        yield object;
      }
    };
  }

  private static String only(ProtobufReader in) {
    String text = "";
    while (in.next()) {
      text = in.text();
    }
    return text;
  }

  private static JsonNode embedded(ProtobufReader in) {
    byte[] json = new byte[0];
    while (in.next()) {
      json = in.bytes();
    }
    return json.length == 0 ? Json.array().nullNode() : Json.parse(json);
  }

  private static JsonNode time(ProtobufReader in, ChronoUnit unit) {
    long seconds = 0;
    long nanos = 0;
    boolean there = false;
    while (in.next()) {
      there = true;
      if (in.field() == 1) {
        seconds = in.number();
      } else {
        nanos = in.number();
      }
    }
    if (!there) {
      return Json.array().nullNode();
    }
    Instant time = Instant.ofEpochSecond(seconds, nanos).truncatedTo(unit);
    return Json.text(unit == ChronoUnit.SECONDS ? time.toString() : MicroTimes.text(time));
  }

  private static JsonNode intOrString(ProtobufReader in) {
    long kind = 0;
    long number = 0;
    String text = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> kind = in.number();
        case 2 -> number = (int) in.number();
        default -> text = in.text();
      }
    }
    return kind == 0 ? Json.of(number) : Json.text(text);
  }

  private static JsonNode list(ProtobufReader in) {
    ArrayNode list = Json.array();
    while (in.next()) {
      list.add(Json.text(in.text()));
    }
    return list;
  }
}
