package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.network.WebhookClient;
import io.github.kruiseinstaller.testkit.internal.network.WebhookFailure;
import io.github.kruiseinstaller.testkit.internal.network.WebhookTarget;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Calls the conversion webhook of a CustomResourceDefinition. Thread-safe. */
public final class ConversionWebhook {
  private static final String GROUP = "apiextensions.k8s.io/";
  private static final int TIMEOUT_SECONDS = 30;

  private final WebhookClient client;

  /** Calls through that client. */
  public ConversionWebhook(WebhookClient client) {
    this.client = client;
  }

  /**
   * Converts objects.
   *
   * @param definition whose strategy is Webhook
   * @param desiredApiVersion another one than the objects have
   * @param objects all of one kind, at least one; not changed
   * @return as many, in the same order
   * @throws StatusException 500 when that cannot be done
   */
  public List<ObjectNode> convert(
      ObjectNode definition, String desiredApiVersion, List<ObjectNode> objects) {
    JsonNode webhook = Nodes.at(definition, "spec", "conversion", "webhook");
    String kind = kind(objects.get(0));
    ObjectNode review = review(version(webhook), desiredApiVersion, objects);
    ConvertedObjects converted;
    try {
      ObjectNode answer = client.post(target(webhook), review, TIMEOUT_SECONDS);
      converted = new ConvertedObjects(kind, desiredApiVersion, converted(kind, review, answer));
    } catch (WebhookFailure e) {
      if (e.admissionText().startsWith("could not get REST client")) {
        // The API server cannot even make a handler for the kind, and keeps the reason to itself.
        throw Statuses.internal("error resolving resource");
      }
      throw failed("conversion webhook for " + kind + " failed: " + e.text());
    }
    return converted.checked(objects);
  }

  private static WebhookTarget target(JsonNode webhook) {
    return WebhookTarget.of(Nodes.at(webhook, "clientConfig")).withoutBlankBundle();
  }

  private static String version(JsonNode webhook) {
    return Nodes.list(webhook, "conversionReviewVersions").stream()
        .map(JsonNode::asText)
        .filter(version -> version.equals("v1") || version.equals("v1beta1"))
        .findFirst()
        .orElseThrow(() -> failed("no supported conversion review versions"));
  }

  private static ObjectNode review(
      String version, String desiredApiVersion, List<ObjectNode> objects) {
    ObjectNode review = Json.object();
    review.put("kind", "ConversionReview").put("apiVersion", GROUP + version);
    ObjectNode request = review.putObject("request");
    request.put("uid", UUID.randomUUID().toString());
    request.put("desiredAPIVersion", desiredApiVersion);
    ArrayNode list = request.putArray("objects");
    objects.forEach(list::add);
    ObjectNode response = review.putObject("response");
    response.put("uid", "").putNull("convertedObjects");
    response.putObject("result").putObject("metadata");
    return review;
  }

  private static List<JsonNode> converted(String kind, ObjectNode sent, ObjectNode answer) {
    String start = "conversion webhook for " + kind + " failed: ";
    JsonNode response = Nodes.at(answer, "response");
    // Of v1beta1 neither kind nor uid was ever checked.
    boolean checks = Nodes.textOrEmpty(sent, "apiVersion").equals(GROUP + "v1");
    if (checks) {
      wrongKind(answer)
          .ifPresent(
              why -> {
                throw failed(start + why);
              });
    }
    if (response.isMissingNode()) {
      throw failed(start + "no response provided");
    }
    String wanted = Nodes.textOrEmpty(sent, "request", "uid");
    String uid = Nodes.textOrEmpty(response, "uid");
    if (checks && !uid.equals(wanted)) {
      throw failed(start + "expected response.uid=\"" + wanted + "\", got \"" + uid + "\"");
    }
    String status = Nodes.textOrEmpty(response, "result", "status");
    if (!status.equals("Success")) {
      String message = Nodes.textOrEmpty(response, "result", "message");
      throw failed(
          start
              + (message.isEmpty()
                  ? "response.result.status was '" + status + "', not 'Success'"
                  : message));
    }
    return Nodes.list(response, "convertedObjects");
  }

  private static Optional<String> wrongKind(ObjectNode answer) {
    String kind = Nodes.textOrEmpty(answer, "kind");
    String apiVersion = Nodes.textOrEmpty(answer, "apiVersion");
    return kind.equals("ConversionReview") && apiVersion.equals(GROUP + "v1")
        ? Optional.empty()
        : Optional.of(
            "expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got "
                + (apiVersion.contains("/") ? apiVersion : "/" + apiVersion)
                + ", Kind="
                + kind);
  }

  /** As Go prints a kind with its version. */
  private static String kind(ObjectNode object) {
    return Nodes.textOrEmpty(object, "apiVersion") + ", Kind=" + Nodes.textOrEmpty(object, "kind");
  }

  static StatusException failed(String message) {
    return new StatusException(500, "", message, null);
  }

  /** What came back, before it is believed. */
  private record ConvertedObjects(String kind, String apiVersion, List<JsonNode> objects) {
    List<ObjectNode> checked(List<ObjectNode> originals) {
      String start = "conversion webhook for " + kind + " returned ";
      if (objects.size() != originals.size()) {
        throw failed(start + objects.size() + " objects, expected " + originals.size());
      }
      List<ObjectNode> checked = new ArrayList<>();
      for (int i = 0; i < originals.size(); i++) {
        checked.add(checked(start, i, originals.get(i)));
      }
      return checked;
    }

    private ObjectNode checked(String start, int index, ObjectNode original) {
      String at = start + "invalid converted object at index " + index + ": ";
      if (!(objects.get(index) instanceof ObjectNode converted)) {
        throw failed(at + "Object 'Kind' is missing in '" + objects.get(index) + "'");
      }
      String version = Nodes.textOrEmpty(converted, "apiVersion");
      if (!version.equals(apiVersion)) {
        throw failed(
            at + "invalid groupVersion (expected " + apiVersion + ", received " + version + ")");
      }
      String wanted = Nodes.textOrEmpty(original, "kind");
      String received = Nodes.textOrEmpty(converted, "kind");
      if (!received.equals(wanted)) {
        throw failed(at + "invalid kind (expected " + wanted + ", received " + received + ")");
      }
      same(at, "name", Nodes.name(original), Nodes.name(converted));
      same(at, "namespace", Nodes.namespace(original), Nodes.namespace(converted));
      same(at, "UID", Nodes.uid(original), Nodes.uid(converted));
      return restored(
          start + "invalid metadata in object at index " + index + ": ", original, converted);
    }

    private static void same(String at, String what, String before, String after) {
      if (!before.equals(after)) {
        throw failed(at + "must have the same " + what + ": " + before + " != " + after);
      }
    }

    /** Of metadata a webhook may change only labels and annotations. */
    private static ObjectNode restored(String at, ObjectNode original, ObjectNode converted) {
      if (!(converted.get("metadata") instanceof ObjectNode answered)) {
        throw failed(at + "missing metadata in converted object");
      }
      ObjectNode result = converted.deepCopy();
      ObjectNode metadata =
          original.get("metadata") instanceof ObjectNode before ? before.deepCopy() : Json.object();
      for (String field : List.of("labels", "annotations")) {
        if (answered.hasNonNull(field)) {
          metadata.set(field, answered.get(field).deepCopy());
        } else {
          metadata.remove(field);
        }
      }
      result.set("metadata", metadata);
      return result;
    }
  }
}
