package io.github.kruiseinstaller.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Secrets that an installer handles, in the forms in which they could get out. Parts of a secret
 * count, so that one which is only quoted, or cut off, is found too.
 */
final class SecretMarkers {
  /** A multiple of three bytes long, so that it can be told in any base64 of its repetition. */
  static final String UNIT = "S3CR3T";

  /** A Secret of the release that {@link #inRelease} fills. */
  static final String SECRET =
      """

      ---
      {apiVersion: v1, kind: Secret, metadata: {name: marked, namespace: kruise-system}}
      """;

  private static final int PIECE = 20;
  private static final int STRIDE = 60;
  private static final int HEADER_LINES = 2;

  private final Map<String, String> pieces = new LinkedHashMap<>();

  /** The release's marked Secret. */
  SecretMarkers() {
    pieces.put(UNIT, "data of the release's Secret");
    pieces.put(base64(UNIT), "data of the release's Secret in base64");
  }

  /** Fills {@link #SECRET}. */
  static Customizer inRelease() {
    return Customizer.manifest(
        "Secret",
        "marked",
        secret ->
            secret.edit(tree -> tree.put("data", Map.of("password", base64(UNIT.repeat(10))))));
  }

  /** A user's token. */
  SecretMarkers token(ClusterUser user) {
    add("token of " + user.name(), user.token());
    return this;
  }

  /** The private keys that the manager has made, when it has. */
  SecretMarkers keys(SimulatedCluster cluster) {
    cluster
        .objects()
        .get("v1", "Secret", "kruise-system", "kruise-webhook-certs")
        .map(secret -> (Map<?, ?>) secret.getOrDefault("data", Map.of()))
        .orElse(Map.of())
        .forEach(
            (name, value) -> {
              if (String.valueOf(name).contains("key")) {
                key(name + " in base64", String.valueOf(value));
              }
            });
    return this;
  }

  private void key(String name, String base64) {
    String pem = new String(Base64.getDecoder().decode(base64), UTF_8);
    // How a key of some kind begins is the same in all.
    List<String> lines = pem.lines().skip(HEADER_LINES).toList();
    for (String line : lines.subList(0, Math.max(0, lines.size() - 1))) {
      add(name, line);
    }
    add(name, base64.substring(Math.min(base64.length(), 3 * STRIDE)));
  }

  private void add(String name, String secret) {
    for (int start = 0; start + PIECE <= secret.length(); start += STRIDE) {
      pieces.put(secret.substring(start, start + PIECE), name);
    }
  }

  /** How many pieces are looked for. */
  int size() {
    return pieces.size();
  }

  /** Which secrets a text holds a part of, with what stands before it. */
  List<String> in(String text) {
    List<String> found = new ArrayList<>();
    pieces.forEach(
        (piece, name) -> {
          int at = text.indexOf(piece);
          if (at >= 0) {
            found.add(name + " after: " + text.substring(Math.max(0, at - 200), at));
          }
        });
    return found;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
