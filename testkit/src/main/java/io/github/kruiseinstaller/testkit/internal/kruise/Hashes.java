package io.github.kruiseinstaller.testkit.internal.kruise;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Hashes and random texts in the letters that Kubernetes uses for names. */
final class Hashes {
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SHORT = 10;

  private Hashes() {}

  private static String sha256(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return encoded(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      // Every Java has it.
      throw new IllegalStateException(e);
    }
  }

  /** A long hash, which depends on every value, but not on the order of fields. */
  static String of(JsonNode tree) {
    return sha256(Json.compact(sorted(tree)));
  }

  /** The same, short enough for the end of a name. */
  static String brief(JsonNode tree) {
    return of(tree).substring(0, SHORT);
  }

  private static JsonNode sorted(JsonNode tree) {
    if (tree.isObject()) {
      ObjectNode sorted = Json.object();
      new TreeMap<>(fields(tree)).forEach((key, value) -> sorted.set(key, sorted(value)));
      return sorted;
    }
    if (tree.isArray()) {
      ArrayNode sorted = Json.array();
      tree.forEach(element -> sorted.add(sorted(element)));
      return sorted;
    }
    return tree;
  }

  private static Map<String, JsonNode> fields(JsonNode tree) {
    Map<String, JsonNode> fields = new HashMap<>();
    tree.properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
    return fields;
  }

  /** Random letters. */
  static String random(RandomGenerator random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  private static String encoded(String hex) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < hex.length(); i++) {
      text.append(LETTERS.charAt(hex.charAt(i) % LETTERS.length()));
    }
    return text.toString();
  }
}
