package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The paths that columns of custom resources use: fields, also in brackets and with escaped dots,
 * indices, {@code [*]} and filters for equality such as {@code [?(@.type=="Ready")]}. Immutable.
 */
final class JsonPath {
  private static final Pattern FIELD = Pattern.compile("\\.((?:\\\\.|[^.\\[\\\\])+)");
  private static final Pattern QUOTED = Pattern.compile("\\[['\"]([^'\"]*)['\"]\\]");
  private static final Pattern INDEX = Pattern.compile("\\[(-?[0-9]+)\\]");
  private static final Pattern ALL = Pattern.compile("\\[\\*\\]");
  private static final Pattern FILTER =
      Pattern.compile("\\[\\?\\(\\s*@([^=!<>\\s]+)\\s*==\\s*['\"]?([^'\")]*)['\"]?\\s*\\)\\]");

  private final String path;

  JsonPath(String path) {
    this.path = path;
  }

  /** The first value at the path; empty when there is none or the path is not understood. */
  Optional<JsonNode> first(JsonNode tree) {
    List<JsonNode> values = List.of(tree);
    int at = 0;
    while (at < path.length()) {
      Step step = step(at);
      if (step == null) {
        return Optional.empty();
      }
      List<JsonNode> next = new ArrayList<>();
      values.forEach(value -> step.from(value, next));
      values = next;
      at = step.end();
    }
    return values.stream().filter(value -> !value.isMissingNode() && !value.isNull()).findFirst();
  }

  private @Nullable Step step(int at) {
    Matcher field = matching(FIELD, at);
    if (field != null) {
      return new Step(field.end(), Sort.FIELD, field.group(1).replace("\\", ""), "");
    }
    Matcher quoted = matching(QUOTED, at);
    if (quoted != null) {
      return new Step(quoted.end(), Sort.FIELD, quoted.group(1), "");
    }
    Matcher index = matching(INDEX, at);
    if (index != null) {
      return new Step(index.end(), Sort.INDEX, index.group(1), "");
    }
    Matcher all = matching(ALL, at);
    if (all != null) {
      return new Step(all.end(), Sort.ALL, "", "");
    }
    Matcher filter = matching(FILTER, at);
    if (filter != null) {
      return new Step(filter.end(), Sort.FILTER, filter.group(1), filter.group(2));
    }
    return null;
  }

  private @Nullable Matcher matching(Pattern pattern, int at) {
    Matcher matcher = pattern.matcher(path).region(at, path.length());
    return matcher.lookingAt() ? matcher : null;
  }

  private enum Sort {
    FIELD,
    INDEX,
    ALL,
    FILTER
  }

  private record Step(int end, Sort sort, String key, String value) {
    private void from(JsonNode node, List<JsonNode> results) {
      switch (sort) {
        case FIELD -> results.add(node.path(key));
        case INDEX -> {
          int index = Integer.parseInt(key);
          results.add(node.path(index < 0 ? node.size() + index : index));
        }
        case ALL -> node.forEach(results::add);
        case FILTER -> {
          for (JsonNode element : Nodes.list(node)) {
            Optional<JsonNode> found = new JsonPath(key).first(element);
            if (found.isPresent() && found.get().asText().equals(value)) {
              results.add(element);
            }
          }
        }
      }
    }
  }
}
