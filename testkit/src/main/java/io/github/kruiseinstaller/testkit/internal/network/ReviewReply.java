package io.github.kruiseinstaller.testkit.internal.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.patch.GoText;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads what a webhook answered, as the API server's client does. */
final class ReviewReply {
  private static final String JSON = "application/json";
  private static final int SHOWN_BYTES = 2048;

  private final int status;
  private final String contentType;
  private final byte[] body;

  ReviewReply(int status, String contentType, byte[] body) {
    this.status = status;
    this.contentType = contentType;
    this.body = body.clone();
  }

  /**
   * The review.
   *
   * @param sent the one that was sent; the answer must be of its kind and version
   */
  ObjectNode read(ObjectNode sent) throws WebhookFailure {
    if (status < 200 || status > 206) {
      throw WebhookFailure.call(refusal());
    }
    if (body.length == 0) {
      throw WebhookFailure.call(
          "0-length response with status code: "
              + status
              + " and content type: "
              + (contentType.isEmpty() ? JSON : contentType));
    }
    JsonNode answer = parse();
    if (!(answer instanceof ObjectNode review)) {
      throw unreadable(
          "json parse error: json: cannot unmarshal "
              + GoSyntaxError.type(answer)
              + " into Go value of type struct { APIVersion string"
              + " \"json:\\\"apiVersion,omitempty\\\"\"; Kind string"
              + " \"json:\\\"kind,omitempty\\\"\" }");
    }
    checkKind(review, sent);
    return review;
  }

  /** What does not begin like an object is taken for YAML, in which nearly every text is a text. */
  private JsonNode parse() throws WebhookFailure {
    String text = new String(body, StandardCharsets.UTF_8);
    JsonNode answer;
    if (text.stripLeading().startsWith("{")) {
      try {
        answer = Json.parse(body);
      } catch (IllegalArgumentException e) {
        throw unreadable("json parse error: " + GoSyntaxError.of(body));
      }
    } else {
      answer = yaml(text);
    }
    return answer.isNull() ? Json.object() : answer;
  }

  private static JsonNode yaml(String text) throws WebhookFailure {
    try {
      Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
      return tree == null ? NullNode.getInstance() : Json.of(tree);
    } catch (YAMLException e) {
      String problem = e instanceof MarkedYAMLException marked ? marked.getProblem() : null;
      throw WebhookFailure.call("yaml: " + (problem == null ? e.getMessage() : problem));
    }
  }

  private static WebhookFailure unreadable(String why) {
    return WebhookFailure.call("couldn't get version/kind; " + why);
  }

  /** What is absent is taken from what was sent, which the reader of the review may mind. */
  private static void checkKind(ObjectNode review, ObjectNode sent) throws WebhookFailure {
    String wantedKind = Nodes.textOrEmpty(sent, "kind");
    String wantedVersion = Nodes.textOrEmpty(sent, "apiVersion");
    String kind = Nodes.text(review, "kind").filter(text -> !text.isEmpty()).orElse(wantedKind);
    String apiVersion =
        Nodes.text(review, "apiVersion").filter(text -> !text.isEmpty()).orElse(wantedVersion);
    if (kind.equals("Status") && apiVersion.equals("v1")) {
      throw WebhookFailure.call(Nodes.textOrEmpty(review, "message"));
    }
    String group = wantedVersion.substring(0, wantedVersion.indexOf('/'));
    boolean known =
        kind.equals(wantedKind)
            && (apiVersion.equals(group + "/v1") || apiVersion.equals(group + "/v1beta1"));
    if (!known) {
      throw WebhookFailure.call(
          "no kind \""
              + kind
              + "\" is registered for version \""
              + apiVersion
              + "\" in scheme \"pkg/runtime/scheme.go:110\"");
    }
    if (!apiVersion.equals(wantedVersion)) {
      throw WebhookFailure.call(
          "converting ("
              + version(apiVersion)
              + "."
              + kind
              + ") to ("
              + version(wantedVersion)
              + "."
              + kind
              + "): unknown conversion");
    }
  }

  private static String version(String apiVersion) {
    return apiVersion.substring(apiVersion.indexOf('/') + 1);
  }

  private String refusal() {
    return switch (status) {
      case 400 -> structured("the server rejected our request for an unknown reason");
      case 401 -> structured("the server has asked for the client to provide credentials");
      case 403, 415 -> structured(shown());
      case 404 -> structured("the server could not find the requested resource");
      case 405 -> structured("the server does not allow this method on the requested resource");
      case 406 ->
          structured(
              shown().equals("unknown")
                  ? "the server was unable to respond with a content type that the client supports"
                  : shown());
      case 409 -> structured("the server reported a conflict");
      case 422 -> structured("the server rejected our request due to an error in our request");
      case 429 ->
          structured(
              "the server has received too many requests and has asked us to try again later");
      case 503 -> structured("the server is currently unable to handle the request");
      case 504 ->
          structured(
              "the server was unable to return a response in the time allotted, but may still be"
                  + " processing the request");
      default ->
          structured(
              status >= 500
                  ? "an error on the server ("
                      + GoText.quote(shown())
                      + ") has prevented the request from succeeding"
                  : "the server responded with the status code "
                      + status
                      + " but did not return more information");
    };
  }

  /** A Status in the body says it better. */
  private String structured(String otherwise) {
    try {
      JsonNode answer = Json.parse(body);
      if (Nodes.textOrEmpty(answer, "kind").equals("Status")
          && Nodes.textOrEmpty(answer, "status").equals("Failure")) {
        return Nodes.textOrEmpty(answer, "message");
      }
    } catch (IllegalArgumentException e) {
      return otherwise;
    }
    return otherwise;
  }

  private String shown() {
    String type = contentType.toLowerCase(Locale.ROOT);
    if (!type.isEmpty() && !type.startsWith("text/")) {
      return "unknown";
    }
    byte[] start = Arrays.copyOf(body, Math.min(body.length, SHOWN_BYTES));
    return new String(start, StandardCharsets.UTF_8).trim();
  }
}
