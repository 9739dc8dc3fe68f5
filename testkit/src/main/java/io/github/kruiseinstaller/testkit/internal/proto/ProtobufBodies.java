package io.github.kruiseinstaller.testkit.internal.proto;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.kubernetes.client.proto.Runtime.Unknown;
import java.util.Base64;
import java.util.Optional;

/**
 * Turns a body in protobuf into the JSON that the same client would have sent otherwise. Only
 * built-in kinds are spoken, as by the API server. Thread-safe.
 */
public final class ProtobufBodies {
  /** The media type, without parameters. */
  public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

  /** In front of every body. */
  private static final String MAGIC = "k8s\0";

  private final ObjectDecoder decoder;

  /**
   * @param decoder knows how Go writes the kinds as JSON
   */
  public ProtobufBodies(ObjectDecoder decoder) {
    this.decoder = decoder;
  }

  /**
   * The body as JSON.
   *
   * @return empty when it is of a kind that has no protobuf form
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400 when it is no
   *     such body
   */
  public Optional<byte[]> json(byte[] body) {
    int start = MAGIC.length();
    if (body.length < start || !new String(body, 0, start, ISO_8859_1).equals(MAGIC)) {
      throw Statuses.badRequest(
          "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
    }
    try {
      ByteString content = ByteString.copyFrom(body, start, body.length - start);
      // Generated classes that parse complain in the log that they are old; descriptors do not.
      JsonNode envelope =
          MessageTree.of(DynamicMessage.parseFrom(Unknown.getDescriptor(), content));
      return tree(envelope).map(Json::bytes);
    } catch (InvalidProtocolBufferException e) {
      throw Statuses.badRequest(String.valueOf(e.getMessage()));
    }
  }

  private Optional<JsonNode> tree(JsonNode envelope) throws InvalidProtocolBufferException {
    byte[] raw = Base64.getDecoder().decode(Nodes.textOrEmpty(envelope, "raw"));
    if (Nodes.textOrEmpty(envelope, "contentType").equals("application/json")) {
      return Optional.of(Json.parse(raw));
    }
    String apiVersion = Nodes.textOrEmpty(envelope, "typeMeta", "apiVersion");
    String kind = Nodes.textOrEmpty(envelope, "typeMeta", "kind");
    Optional<Descriptor> found = Messages.find(apiVersion, kind);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode object = Json.object();
    object.put("apiVersion", apiVersion);
    object.put("kind", kind);
    object.setAll((ObjectNode) MessageTree.of(DynamicMessage.parseFrom(found.get(), raw)));
    // In protobuf zero values are sent, of which JSON shows only some.
    decoder.normalize(object);
    return Optional.of(object);
  }
}
