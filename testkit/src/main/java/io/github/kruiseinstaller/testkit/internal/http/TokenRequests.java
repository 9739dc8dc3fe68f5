package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Tokens;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;

/** POST on {@code serviceaccounts/token}: a token that the API server believes afterwards. */
final class TokenRequests {
  private static final String GROUP = "authentication.k8s.io";
  private static final long HOUR = 3600;
  private static final long LEAST = 600;

  private final Resources resources;
  private final Tokens tokens;
  private final ObjectDecoder decoder;
  private final Rendering rendering;
  private final Supplier<Instant> now;

  TokenRequests(
      Resources resources,
      Tokens tokens,
      ObjectDecoder decoder,
      Rendering rendering,
      Supplier<Instant> now) {
    this.resources = resources;
    this.tokens = tokens;
    this.decoder = decoder;
    this.rendering = rendering;
    this.now = now;
  }

  /** The answer. */
  Answer answer(Call call, Resource accounts) {
    Resources.Write write = WriteOptions.of(call, "CreateOptions");
    ObjectNode request = AdHoc.decode(decoder, call, AdHoc.TOKEN_REQUEST, write);
    String namespace = call.path().namespace();
    String name = call.path().name();
    checkSame("name", "name", Nodes.name(request), name, call);
    checkSame("namespace", "namespace", Nodes.namespace(request), namespace, call);
    ObjectNode account = resources.get(accounts, namespace, name);
    ObjectNode spec = Nodes.object(request, "spec");
    long seconds = Nodes.number(HOUR, spec, "expirationSeconds");
    Causes causes = new Causes();
    if (seconds < LEAST) {
      causes.invalid(
          "spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
    }
    causes.refuse(GROUP, "TokenRequest", "");
    if (Nodes.list(spec, "audiences").isEmpty()) {
      spec.putArray("audiences").add(Tokens.API_AUDIENCE);
    }
    spec.put("expirationSeconds", seconds);
    if (!spec.has("boundObjectRef")) {
      spec.putNull("boundObjectRef");
    }
    Instant time = now.get().truncatedTo(ChronoUnit.SECONDS);
    request.put("kind", "TokenRequest").put("apiVersion", GROUP + "/v1");
    Nodes.object(request, "metadata")
        .put("name", name)
        .put("namespace", namespace)
        .put("uid", Nodes.uid(account))
        .put("creationTimestamp", time.toString());
    request
        .putObject("status")
        .put(
            "token",
            tokens.addServiceAccount(
                namespace,
                name,
                Nodes.uid(account),
                Duration.ofSeconds(seconds),
                Nodes.list(spec, "audiences").stream().map(JsonNode::asText).toList()))
        .put("expirationTimestamp", time.plusSeconds(seconds).toString());
    return rendering.object(call, 201, null, request);
  }

  private static void checkSame(String field, String word, String own, String url, Call call) {
    if (!own.isEmpty() && !own.equals(url)) {
      Causes causes = new Causes();
      causes.invalid(
          "metadata." + field, own, "must match the service account " + word + " if specified");
      causes.refuse(GROUP, "TokenRequest", call.path().name());
    }
  }
}
