package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Details;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a hook answered, checked as the API server does. */
final class HookAnswer {
  private static final String INVALID = "received invalid webhook response: ";
  private static final int LEAST_ERROR = 400;

  private final Hook hook;
  private final JsonNode response;

  private HookAnswer(Hook hook, JsonNode response) {
    this.hook = hook;
    this.response = response;
  }

  /**
   * Reads a review that came back.
   *
   * @param sent what was asked
   * @param mutates whether the hook may change the object
   */
  static HookAnswer read(Hook hook, ObjectNode sent, ObjectNode review, boolean mutates)
      throws HookFailure {
    JsonNode response = Nodes.at(review, "response");
    if (response.isMissingNode()) {
      throw new HookFailure(hook, INVALID + "webhook response was absent");
    }
    HookAnswer answer = new HookAnswer(hook, response);
    // Of v1beta1 neither uid nor kind was ever checked.
    if (Nodes.textOrEmpty(sent, "apiVersion").endsWith("/v1")) {
      answer.checkIdentity(sent, review);
      answer.checkPatch(mutates);
    }
    return answer;
  }

  private void checkIdentity(ObjectNode sent, ObjectNode review) throws HookFailure {
    String wanted = Nodes.textOrEmpty(sent, "request", "uid");
    String uid = Nodes.textOrEmpty(response, "uid");
    if (!uid.equals(wanted)) {
      throw invalid("expected response.uid=\"" + wanted + "\", got \"" + uid + "\"");
    }
    String kind = Nodes.textOrEmpty(review, "kind");
    String apiVersion = Nodes.textOrEmpty(review, "apiVersion");
    if (!kind.equals("AdmissionReview") || !apiVersion.equals("admission.k8s.io/v1")) {
      throw invalid(
          "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got "
              + (apiVersion.contains("/") ? apiVersion : "/" + apiVersion)
              + ", Kind="
              + kind);
    }
  }

  private void checkPatch(boolean mutates) throws HookFailure {
    boolean patch = !Nodes.textOrEmpty(response, "patch").isEmpty();
    boolean type = !Nodes.at(response, "patchType").isMissingNode();
    if (!mutates) {
      if (patch) {
        throw invalid("validating webhook may not return response.patch");
      }
      if (type) {
        throw invalid("validating webhook may not return response.patchType");
      }
    } else if (patch && !type) {
      throw invalid("webhook returned response.patch but not response.patchType");
    } else if (!patch && type) {
      throw invalid("webhook returned response.patchType but not response.patch");
    } else if (type && Nodes.textOrEmpty(response, "patchType").isEmpty()) {
      throw invalid("webhook returned invalid response.patchType of \"\"");
    }
  }

  private HookFailure invalid(String why) {
    return new HookFailure(hook, INVALID + why);
  }

  /** For the Warning headers. */
  List<String> warnings() {
    return Nodes.list(response, "warnings").stream().map(JsonNode::asText).toList();
  }

  /**
   * Whether the hook agrees.
   *
   * @throws StatusException when it does not, with its words
   */
  void throwIfDenied() {
    if (Nodes.at(response, "allowed").asBoolean()) {
      return;
    }
    JsonNode status = Nodes.at(response, "status");
    long code = Math.max(LEAST_ERROR, Nodes.number(LEAST_ERROR, status, "code"));
    String reason = Nodes.textOrEmpty(status, "reason");
    String message = Nodes.textOrEmpty(status, "message");
    String by = "admission webhook \"" + hook.name() + "\" denied the request";
    String why = message.isEmpty() ? reason : message;
    throw new StatusException(
        (int) code,
        reason,
        by + (why.isEmpty() ? " without explanation" : ": " + why),
        details(Nodes.at(status, "details")));
  }

  private static @Nullable Details details(JsonNode details) {
    if (details.isMissingNode()) {
      return null;
    }
    List<Cause> causes =
        Nodes.list(details, "causes").stream()
            .map(
                cause ->
                    new Cause(
                        Nodes.textOrEmpty(cause, "reason"),
                        Nodes.textOrEmpty(cause, "message"),
                        Nodes.textOrEmpty(cause, "field")))
            .toList();
    return new Details(
        Nodes.textOrEmpty(details, "name"),
        Nodes.textOrEmpty(details, "group"),
        Nodes.textOrEmpty(details, "kind"),
        Nodes.textOrEmpty(details, "uid"),
        causes,
        (int) Nodes.number(0, details, "retryAfterSeconds"));
  }

  /** The operations of its patch; none when it changes nothing. */
  JsonNode patch() throws HookFailure {
    String base64 = Nodes.textOrEmpty(response, "patch");
    if (base64.isEmpty()) {
      return Json.array();
    }
    byte[] json;
    try {
      json = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new HookFailure(hook, "failed to call webhook: illegal base64 data at input byte 0");
    }
    String type = Nodes.text(response, "patchType").orElse("JSONPatch");
    if (!type.equals("JSONPatch")) {
      throw new HookFailure(hook, "unsupported patch type \"" + type + "\"");
    }
    JsonNode patch;
    try {
      patch = Json.parse(json);
    } catch (IllegalArgumentException e) {
      throw undecodable("invalid character in patch");
    }
    if (!patch.isArray()) {
      throw undecodable("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
    }
    return patch;
  }

  private HookFailure undecodable(String why) {
    return new HookFailure(hook, "received undecodable patch in webhook response: " + why);
  }
}
