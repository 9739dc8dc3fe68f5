package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares the answers of two servers to the same scenario. */
public final class Comparison {
  private final String theme;
  private final String scenario;
  private final List<Difference> differences = new ArrayList<>();
  private String step = "";

  private Comparison(String theme, String scenario) {
    this.theme = theme;
    this.scenario = scenario;
  }

  /** Where the answers to all scenarios of a theme differ; one that was not asked differs. */
  public static List<Difference> of(Theme theme, JsonObject expected, JsonObject actual) {
    List<Difference> all = new ArrayList<>();
    for (Scenario scenario : theme.scenarios()) {
      all.addAll(
          of(
              theme.name(),
              scenario.name(),
              answers(expected, scenario.name()),
              answers(actual, scenario.name())));
    }
    return all;
  }

  /** Where the answers to one scenario differ. */
  public static List<Difference> of(
      String theme, String scenario, JsonArray expected, JsonArray actual) {
    Comparison comparison = new Comparison(theme, scenario);
    for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
      JsonElement left = i < expected.size() ? expected.get(i) : JsonNull.INSTANCE;
      JsonElement right = i < actual.size() ? actual.get(i) : JsonNull.INSTANCE;
      String text = Pointers.text(left, "/step");
      comparison.step = (i + 1) + ". " + (text == null ? Pointers.text(right, "/step") : text);
      comparison.compare("", left, right);
    }
    return comparison.differences;
  }

  private static JsonArray answers(JsonObject recorded, String scenario) {
    JsonElement answers = recorded.get(scenario);
    return answers == null ? new JsonArray() : answers.getAsJsonArray();
  }

  private void compare(String path, @Nullable JsonElement left, @Nullable JsonElement right) {
    if (Objects.equals(left, right)) {
      return;
    }
    if (left instanceof JsonObject one && right instanceof JsonObject other) {
      Set<String> keys = new LinkedHashSet<>(one.keySet());
      keys.addAll(other.keySet());
      keys.forEach(key -> compare(path + "/" + escaped(key), one.get(key), other.get(key)));
    } else if (left instanceof JsonArray one && right instanceof JsonArray other) {
      for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
        compare(path + "/" + i, at(one, i), at(other, i));
      }
    } else {
      differences.add(new Difference(theme, scenario, step, path, left, right));
    }
  }

  private static @Nullable JsonElement at(JsonArray array, int index) {
    return index < array.size() ? array.get(index) : null;
  }

  private static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }
}
