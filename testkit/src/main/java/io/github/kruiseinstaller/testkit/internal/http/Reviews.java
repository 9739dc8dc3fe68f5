package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Access;
import io.github.kruiseinstaller.testkit.internal.auth.Authenticator;
import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.auth.Identity;
import io.github.kruiseinstaller.testkit.internal.auth.Rule;
import io.github.kruiseinstaller.testkit.internal.auth.Tokens;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.patch.GoText;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Questions about callers and permissions: POST answers them, and nothing is stored. */
final class Reviews {
  private static final String INVALID = "invalid bearer token";
  private static final String AUTHORIZATION = "authorization.k8s.io";
  private static final Map<String, String> KINDS =
      Map.of(
          "selfsubjectaccessreviews.authorization.k8s.io", "SelfSubjectAccessReview",
          "subjectaccessreviews.authorization.k8s.io", "SubjectAccessReview",
          "localsubjectaccessreviews.authorization.k8s.io", "LocalSubjectAccessReview",
          "selfsubjectrulesreviews.authorization.k8s.io", "SelfSubjectRulesReview",
          "selfsubjectreviews.authentication.k8s.io", "SelfSubjectReview",
          "tokenreviews.authentication.k8s.io", "TokenReview");

  private final Authorizer authorizer;
  private final Authenticator authenticator;
  private final ObjectDecoder decoder;
  private final Rendering rendering;
  private final Supplier<Instant> now;

  Reviews(
      Authorizer authorizer,
      Authenticator authenticator,
      ObjectDecoder decoder,
      Rendering rendering,
      Supplier<Instant> now) {
    this.authorizer = authorizer;
    this.authenticator = authenticator;
    this.decoder = decoder;
    this.rendering = rendering;
    this.now = now;
  }

  /** Whether a path is one of these. */
  boolean knows(RequestPath path) {
    return path.version().equals("v1")
        && KINDS.containsKey(path.groupResource())
        && path.namespace().isEmpty() != path.resource().startsWith("local");
  }

  /** The answer. */
  Answer answer(Call call) {
    if (!call.path().verb().equals("create") || !call.path().name().isEmpty()) {
      throw Statuses.methodNotAllowed();
    }
    PatchTypes.yaml(call.contentType());
    Resources.Write write = WriteOptions.of(call, "CreateOptions");
    String kind = KINDS.getOrDefault(call.path().groupResource(), "");
    ObjectNode review =
        AdHoc.decode(
            decoder, call, new ObjectDecoder.Expected(call.path().groupVersion(), kind), write);
    review.put("kind", kind).put("apiVersion", call.path().groupVersion());
    Nodes.object(review, "metadata");
    review.remove("status");
    fill(kind, call, review);
    return rendering.object(call, 201, null, review);
  }

  private void fill(String kind, Call call, ObjectNode review) {
    switch (kind) {
      case "SelfSubjectAccessReview" -> judge(kind, call.caller(), review);
      case "SubjectAccessReview", "LocalSubjectAccessReview" ->
          judge(kind, subject(review, call.caller().agent()), review);
      case "SelfSubjectRulesReview" -> rules(call.caller(), review);
      case "TokenReview" -> token(review);
      default -> self(call.caller(), review);
    }
  }

  private void judge(String kind, Caller caller, ObjectNode review) {
    JsonNode resource = Nodes.at(review, "spec", "resourceAttributes");
    JsonNode path = Nodes.at(review, "spec", "nonResourceAttributes");
    Causes causes = new Causes();
    if (resource.isObject() && path.isObject()) {
      causes.invalid(
          "spec.nonResourceAttributes",
          path,
          "cannot be specified in combination with resourceAttributes");
    } else if (!resource.isObject() && !path.isObject()) {
      causes.invalid(
          "spec.resourceAttributes",
          com.fasterxml.jackson.databind.node.NullNode.getInstance(),
          "exactly one of nonResourceAttributes or resourceAttributes must be specified");
    }
    if (!kind.startsWith("Self") && caller.user().isEmpty() && caller.groups().isEmpty()) {
      causes.invalid("spec.user", "", "at least one of user or group must be specified");
    }
    // The real one forgets to say of what kind.
    causes.refuse(AUTHORIZATION, "", "");
    dropEmpty(resource);
    dropEmpty(path);
    Authorizer.Verdict verdict = authorizer.authorize(access(caller, resource, path));
    ObjectNode status = review.putObject("status").put("allowed", verdict.allowed());
    if (!verdict.reason().isEmpty()) {
      status.put("reason", verdict.reason());
    }
  }

  /** As Go writes the question: what is empty is left out. */
  private static void dropEmpty(JsonNode attributes) {
    if (attributes instanceof ObjectNode object) {
      object.removeIf(value -> value.isTextual() && value.asText().isEmpty());
    }
  }

  private static Access access(Caller caller, JsonNode resource, JsonNode path) {
    if (path.isObject()) {
      return Access.toPath(
          caller, Nodes.textOrEmpty(path, "verb"), Nodes.textOrEmpty(path, "path"));
    }
    return new Access(
        caller,
        Nodes.textOrEmpty(resource, "verb"),
        Nodes.textOrEmpty(resource, "group"),
        Nodes.textOrEmpty(resource, "resource"),
        Nodes.textOrEmpty(resource, "subresource"),
        Nodes.textOrEmpty(resource, "namespace"),
        Nodes.textOrEmpty(resource, "name"),
        "");
  }

  private static Caller subject(ObjectNode review, String agent) {
    List<String> groups =
        Nodes.list(review, "spec", "groups").stream().map(JsonNode::asText).toList();
    return new Caller(Nodes.textOrEmpty(review, "spec", "user"), groups, agent);
  }

  private void rules(Caller caller, ObjectNode review) {
    String namespace = Nodes.textOrEmpty(review, "spec", "namespace");
    if (namespace.isEmpty()) {
      throw Statuses.badRequest("no namespace on request");
    }
    // The real answer does not repeat the question.
    review.putObject("spec");
    ObjectNode status = review.putObject("status");
    ArrayNode resourceRules = status.putArray("resourceRules");
    ArrayNode nonResourceRules = status.putArray("nonResourceRules");
    for (Rule rule : authorizer.rulesFor(caller, namespace)) {
      ObjectNode json = rule.json();
      ObjectNode copy = json.deepCopy();
      if (!rule.resources().isEmpty()) {
        json.remove("nonResourceURLs");
        resourceRules.add(json);
      }
      if (!rule.nonResourceUrls().isEmpty()) {
        copy.remove(List.of("apiGroups", "resources", "resourceNames"));
        nonResourceRules.add(copy);
      }
    }
    status.put("incomplete", false);
  }

  private void self(Caller caller, ObjectNode review) {
    Nodes.object(review, "metadata")
        .put("creationTimestamp", now.get().truncatedTo(ChronoUnit.SECONDS).toString());
    ObjectNode info = Json.object().put("username", caller.user());
    if (!caller.uid().isEmpty()) {
      info.put("uid", caller.uid());
    }
    addAll(info.putArray("groups"), caller.groups());
    if (!caller.extra().isEmpty()) {
      ObjectNode extra = info.putObject("extra");
      caller.extra().forEach((key, values) -> addAll(extra.putArray(key), values));
    }
    review.putObject("status").set("userInfo", info);
  }

  private void token(ObjectNode review) {
    String token = Nodes.textOrEmpty(review, "spec", "token");
    Optional<Identity> identity = token.isEmpty() ? Optional.empty() : authenticator.byToken(token);
    List<String> wanted =
        Nodes.list(review, "spec", "audiences").stream().map(JsonNode::asText).toList();
    List<String> targets = wanted.isEmpty() ? List.of(Tokens.API_AUDIENCE) : wanted;
    List<String> own = authenticator.audiences(token);
    List<String> common = own.stream().filter(targets::contains).toList();
    ObjectNode status = review.putObject("status");
    if (identity.isPresent() && !common.isEmpty()) {
      status.put("authenticated", true).set("user", userInfo(identity.get()));
      addAll(status.putArray("audiences"), common);
    } else {
      status.set("user", Json.object());
      status.put("error", identity.isPresent() ? forOthers(own, targets) : INVALID);
    }
  }

  /** One complaint is of those who know no such token at all. */
  private static String forOthers(List<String> own, List<String> targets) {
    return "["
        + INVALID
        + ", token audiences "
        + quoted(own)
        + " is invalid for the target audiences "
        + quoted(targets)
        + "]";
  }

  private static String quoted(List<String> texts) {
    return texts.stream().map(GoText::quote).collect(Collectors.joining(" ", "[", "]"));
  }

  private static ObjectNode userInfo(Identity identity) {
    ObjectNode info = Json.object().put("username", identity.user());
    addAll(info.putArray("groups"), identity.groups());
    return info;
  }

  private static void addAll(ArrayNode list, List<String> texts) {
    texts.forEach(list::add);
  }
}
