package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/**
 * Converts objects between the versions of their kind. The versions are taken to have the same
 * fields, so that only the apiVersion changes.
 */
final class ConversionReviews {
  private ConversionReviews() {}

  /** Answers a review in the version in which it was asked. */
  static byte[] answer(byte[] body) {
    ObjectNode answer = Json.object();
    answer.put("kind", "ConversionReview");
    ObjectNode response = Json.object();
    try {
      JsonNode review = Json.parse(body);
      answer.put("apiVersion", Nodes.textOrEmpty(review, "apiVersion"));
      response.put("uid", Nodes.textOrEmpty(review, "request", "uid"));
      String wanted = Nodes.textOrEmpty(review, "request", "desiredAPIVersion");
      ArrayNode converted = Json.array();
      for (JsonNode object : Nodes.list(review, "request", "objects")) {
        converted.add(convert(object, wanted));
      }
      response.set("convertedObjects", converted);
      response.putObject("result").put("status", "Success").putObject("metadata");
    } catch (IllegalArgumentException e) {
      response.remove("convertedObjects");
      ObjectNode result = response.putObject("result");
      result.put("status", "Failure").put("message", e.getMessage()).putObject("metadata");
    }
    answer.set("response", response);
    return Json.bytes(answer);
  }

  private static JsonNode convert(JsonNode object, String wanted) {
    String from = group(Nodes.textOrEmpty(object, "apiVersion"));
    if (!(object instanceof ObjectNode tree) || !from.equals(group(wanted))) {
      throw new IllegalArgumentException(
          "cannot convert " + Nodes.textOrEmpty(object, "apiVersion") + " to " + wanted);
    }
    return tree.deepCopy().put("apiVersion", wanted);
  }

  private static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }
}
