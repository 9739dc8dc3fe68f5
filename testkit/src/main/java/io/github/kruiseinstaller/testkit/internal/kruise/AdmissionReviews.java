package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Changed;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Denied;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Requests and responses of admission, as they go over the wire. */
final class AdmissionReviews {
  private static final String FORM = "admission.k8s.io/v1";

  private AdmissionReviews() {}

  /** Answers a review in the version in which it was asked; what cannot be read is refused. */
  static byte[] answer(byte[] body, AdmissionHandler handler) {
    JsonNode review;
    try {
      review = Json.parse(body);
    } catch (IllegalArgumentException e) {
      return Json.bytes(refusal(String.valueOf(e.getMessage())));
    }
    JsonNode request = Nodes.at(review, "request");
    if (!request.isObject()) {
      return Json.bytes(refusal("request body is empty"));
    }
    AdmissionQuestion question = question(request);
    ObjectNode response = response(question, handler.handle(question));
    String version = Nodes.textOrEmpty(review, "apiVersion");
    ObjectNode answer = Json.object();
    answer.put("kind", "AdmissionReview").put("apiVersion", version.isEmpty() ? FORM : version);
    ObjectNode withUid = answer.putObject("response");
    withUid.put("uid", Nodes.textOrEmpty(request, "uid"));
    withUid.setAll(response);
    return Json.bytes(answer);
  }

  private static AdmissionQuestion question(JsonNode request) {
    return new AdmissionQuestion(
        Nodes.textOrEmpty(request, "operation"),
        Nodes.textOrEmpty(request, "kind", "kind"),
        Nodes.textOrEmpty(request, "resource", "resource"),
        Nodes.textOrEmpty(request, "subResource"),
        Nodes.textOrEmpty(request, "namespace"),
        Nodes.textOrEmpty(request, "name"),
        object(request, "object"),
        object(request, "oldObject"));
  }

  private static @Nullable ObjectNode object(JsonNode request, String key) {
    return request.get(key) instanceof ObjectNode object ? object : null;
  }

  private static ObjectNode response(AdmissionQuestion question, Verdict verdict) {
    ObjectNode response = Json.object();
    if (verdict instanceof Denied denied) {
      response.put("allowed", false);
      ObjectNode status = response.putObject("status");
      status.putObject("metadata");
      status.put("message", denied.message()).put("code", denied.code());
      if (denied.code() == 403) {
        status.put("reason", "Forbidden");
      }
      return response;
    }
    response.put("allowed", true);
    if (verdict instanceof Changed changed && question.object() != null) {
      JsonNode patch = patch(question.object(), changed.object());
      if (!patch.isEmpty()) {
        response.put("patchType", "JSONPatch");
        response.put("patch", Base64.getEncoder().encodeToString(Json.bytes(patch)));
      }
    }
    ObjectNode status = response.putObject("status");
    status.putObject("metadata");
    status.put("code", 200);
    return response;
  }

  /** The real manager adds, removes and replaces; its library knows neither move nor copy. */
  private static JsonNode patch(ObjectNode from, ObjectNode to) {
    return JsonDiff.asJson(from, to, DiffFlags.dontNormalizeOpIntoMoveAndCopy());
  }

  private static ObjectNode refusal(String message) {
    ObjectNode answer = Json.object();
    answer.put("kind", "AdmissionReview").put("apiVersion", FORM);
    ObjectNode response = answer.putObject("response");
    response.put("uid", "").put("allowed", false);
    ObjectNode status = response.putObject("status");
    status.putObject("metadata");
    status.put("message", message).put("code", 400);
    return answer;
  }
}
