package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.admission.HookMatcher.Match;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import org.jspecify.annotations.Nullable;

/** Builds the question to a webhook, field for field as the API server does. */
final class AdmissionReview {
  private AdmissionReview() {}

  /**
   * A review.
   *
   * @param version of AdmissionReview
   * @param uid that the answer has to repeat
   * @param object in the version that the hook wants, or null
   * @param oldObject likewise
   */
  static ObjectNode build(
      String version,
      String uid,
      Match match,
      Asked asked,
      @Nullable ObjectNode object,
      @Nullable ObjectNode oldObject) {
    ObjectNode review = Json.object();
    review.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/" + version);
    ObjectNode question = review.putObject("request");
    Request request = asked.request();
    question.put("uid", uid);
    question.set("kind", match.kind().json());
    question.set("resource", match.resource().json());
    putUnlessEmpty(question, "subResource", request.subresource());
    question.set("requestKind", asked.kind().json());
    question.set("requestResource", asked.resource().json());
    putUnlessEmpty(question, "requestSubResource", request.subresource());
    putUnlessEmpty(question, "name", asked.name());
    putUnlessEmpty(question, "namespace", asked.namespace());
    question.put("operation", request.operation().name());
    question.set("userInfo", userInfo(request.caller()));
    question.set("object", orNull(object));
    question.set("oldObject", orNull(oldObject));
    question.put("dryRun", request.dryRun());
    question.set("options", request.options().isEmpty() ? NullNode.instance : request.options());
    return review;
  }

  private static JsonNode orNull(@Nullable ObjectNode object) {
    return object == null ? NullNode.instance : object;
  }

  private static ObjectNode userInfo(Caller caller) {
    ObjectNode info = Json.object();
    putUnlessEmpty(info, "username", caller.user());
    if (!caller.groups().isEmpty()) {
      caller.groups().forEach(info.putArray("groups")::add);
    }
    return info;
  }

  private static void putUnlessEmpty(ObjectNode node, String key, String value) {
    if (!value.isEmpty()) {
      node.put(key, value);
    }
  }
}
