package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.Base64;

/**
 * Where a list in pages goes on, in the form that a real API server uses.
 *
 * @param revision of the first page, or {@link #LATEST}
 * @param start the key from which the next page begins
 */
record ContinueToken(long revision, String start) {
  /** The first page's revision is forgotten: go on with today's objects. */
  static final long LATEST = -1;

  private static final String VERSION = "meta.k8s.io/v1";

  /** The token after a key. */
  static ContinueToken after(String key, long revision) {
    return new ContinueToken(revision, key + "\0");
  }

  String encode() {
    byte[] json =
        Json.bytes(Json.object().put("v", VERSION).put("rv", revision).put("start", start));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
  }

  /** 400 when it is none. */
  static ContinueToken decode(String text) {
    JsonNode token;
    try {
      token = Json.parse(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw refusal("continue key is not valid: " + e.getMessage());
    }
    if (!token.path("v").asText().equals(VERSION)) {
      throw refusal(
          "continue key is not valid: server does not recognize this encoded version "
              + token.path("v").asText());
    }
    long revision = token.path("rv").asLong();
    String start = token.path("start").asText();
    if (revision == 0) {
      throw refusal(
          "continue key is not valid: incorrect encoded start resourceVersion (version"
              + " meta.k8s.io/v1)");
    }
    if (start.isEmpty()) {
      throw refusal("continue key is not valid: encoded start key empty (version meta.k8s.io/v1)");
    }
    return new ContinueToken(revision, start);
  }

  private static StatusException refusal(String why) {
    return Statuses.badRequest("invalid continue token: " + why);
  }
}
