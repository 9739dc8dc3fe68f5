package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces what differs from run to run by placeholders. The n-th uid and the n-th resourceVersion
 * that a scenario shows keep their number, so that "changed" and "the same" stay visible. One
 * instance serves one scenario.
 */
final class Normalization {
  private static final Pattern UID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern MICRO_TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z");
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
  private static final Pattern ADDRESS =
      Pattern.compile("\\b(?!0\\.0\\.0\\.0)\\d{1,3}(?:\\.\\d{1,3}){3}\\b(?::(\\d+))?");
  private static final Pattern LOCAL_PORT = Pattern.compile("\\d{5}");
  private static final Pattern TOKEN_VOLUME = Pattern.compile("kube-api-access-[a-z0-9]{5}");
  private static final Pattern VERSION_IN_TEXT =
      Pattern.compile(
          "(?i)(resource ?version(?:\\\\*\":\\\\*\"|[^\"]*?))(?<![\\w.])(\\d+)(?: \\((\\d+)\\))?");
  private static final Pattern NUMBER = Pattern.compile("[1-9]\\d*");

  private final Map<String, String> literals =
      new TreeMap<>(Comparator.comparing(String::length).reversed().thenComparing(s -> s));
  private final Map<String, String> uids = new HashMap<>();
  private final Map<String, String> versions = new HashMap<>();

  /** From now on a text is replaced by a placeholder. */
  void replace(String text, String placeholder) {
    if (!text.isEmpty()) {
      literals.put(text, placeholder);
    }
  }

  /** A copy of an answer's body that is the same in every run. */
  JsonElement tree(JsonElement tree) {
    learnNames(tree);
    JsonElement copy = copy(tree, "");
    if (copy instanceof JsonObject object) {
      CauseOrder.settle(object);
    }
    return copy;
  }

  /** A text of an answer, likewise. */
  String text(String text) {
    String plain = text;
    for (Map.Entry<String, String> literal : literals.entrySet()) {
      plain = plain.replace(literal.getKey(), literal.getValue());
    }
    plain = replaceAll(UID, plain, match -> numbered(uids, "uid", match.group()));
    plain = MICRO_TIME.matcher(plain).replaceAll("MICROTIME");
    plain = TIME.matcher(plain).replaceAll("TIME");
    plain = replaceAll(ADDRESS, plain, Normalization::address);
    plain = TOKEN_VOLUME.matcher(plain).replaceAll("kube-api-access-XXXXX");
    return plain;
  }

  private static String address(MatchResult match) {
    String port = match.group(1);
    if (port == null) {
      return "IP";
    }
    return LOCAL_PORT.matcher(port).matches() ? "IP:PORT" : "IP:" + port;
  }

  private String message(String text) {
    return replaceAll(
        VERSION_IN_TEXT,
        text(text),
        match -> {
          boolean quoted = match.group(1).endsWith("\"");
          String version =
              quoted
                  ? version(match.group(2))
                  : versions.getOrDefault(match.group(2), match.group(2));
          return match.group(1) + version + (match.group(3) == null ? "" : " (RV)");
        });
  }

  /** Names that the server has made up are known by their beginning. */
  private void learnNames(JsonElement tree) {
    if (tree.isJsonArray()) {
      tree.getAsJsonArray().forEach(this::learnNames);
    } else if (tree.isJsonObject()) {
      JsonObject object = tree.getAsJsonObject();
      String beginning = Pointers.text(object, "/generateName");
      String name = Pointers.text(object, "/name");
      if (beginning != null && name != null && name.length() == beginning.length() + 5) {
        replace(name, beginning + "XXXXX");
      }
      object.entrySet().forEach(field -> learnNames(field.getValue()));
    }
  }

  private JsonElement copy(JsonElement tree, String key) {
    if (tree.isJsonArray()) {
      return array(tree.getAsJsonArray(), key);
    }
    if (tree.isJsonObject()) {
      return object(tree.getAsJsonObject());
    }
    if (tree.isJsonPrimitive() && tree.getAsJsonPrimitive().isString()) {
      return new JsonPrimitive(string(key, tree.getAsString()));
    }
    return tree;
  }

  /** Fields are visited by name, so that numbers do not depend on the order on the wire. */
  private JsonObject object(JsonObject object) {
    boolean list = object.has("items") && object.has("metadata");
    Map<String, JsonElement> copies = new TreeMap<>();
    new TreeMap<>(object.asMap()).forEach((key, value) -> copies.put(key, field(list, key, value)));
    JsonObject copy = new JsonObject();
    object.keySet().forEach(key -> copy.add(text(key), copies.get(key)));
    return copy;
  }

  private JsonElement field(boolean list, String key, JsonElement value) {
    if (key.equals("fieldsV1")) {
      return new JsonPrimitive(text(sorted(value).toString()));
    }
    if (key.equals("managedFields") && value.isJsonArray()) {
      return managedFields(value.getAsJsonArray());
    }
    return list && key.equals("metadata")
        ? listMetadata(value.getAsJsonObject())
        : copy(value, key);
  }

  /** When exactly a list is taken depends on what else goes on in the cluster. */
  private JsonObject listMetadata(JsonObject metadata) {
    JsonObject copy = metadata.deepCopy();
    if (copy.has("resourceVersion")) {
      copy.addProperty("resourceVersion", "RV");
    }
    if (!"".equals(Objects.requireNonNullElse(Pointers.text(copy, "/continue"), ""))) {
      copy.addProperty("continue", "CONTINUE");
    }
    return copy;
  }

  private JsonArray array(JsonArray array, String key) {
    JsonArray copy = new JsonArray();
    array.forEach(item -> copy.add(copy(item, key)));
    return copy;
  }

  /** The server sorts by the second; which second it is, is chance. */
  private JsonArray managedFields(JsonArray entries) {
    List<JsonElement> copies = new ArrayList<>();
    entries.forEach(entry -> copies.add(copy(entry, "")));
    copies.sort(
        Comparator.comparing(
            entry ->
                Pointers.text(entry, "/manager")
                    + " "
                    + Pointers.text(entry, "/operation")
                    + " "
                    + Pointers.text(entry, "/subresource")));
    JsonArray copy = new JsonArray();
    copies.forEach(copy::add);
    return copy;
  }

  private static JsonElement sorted(JsonElement tree) {
    if (!tree.isJsonObject()) {
      return tree;
    }
    Map<String, JsonElement> fields = new TreeMap<>();
    tree.getAsJsonObject().entrySet().forEach(f -> fields.put(f.getKey(), sorted(f.getValue())));
    JsonObject copy = new JsonObject();
    fields.forEach(copy::add);
    return copy;
  }

  private String string(String key, String value) {
    return switch (key) {
      case "resourceVersion" -> version(value);
      case "message" -> message(value);
      case "clusterIP", "clusterIPs" -> value.matches("[0-9.]+") ? "CLUSTER-IP" : value;
      case "token" -> value.length() > 100 ? "TOKEN" : value;
      default -> text(value);
    };
  }

  private String version(String value) {
    return NUMBER.matcher(value).matches() ? numbered(versions, "rv", value) : value;
  }

  private static String numbered(Map<String, String> known, String kind, String value) {
    return known.computeIfAbsent(value, any -> kind + "-" + (known.size() + 1));
  }

  private static String replaceAll(
      Pattern pattern, String text, Function<MatchResult, String> replacement) {
    return pattern
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(replacement.apply(match)));
  }
}
