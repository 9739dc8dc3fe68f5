package io.github.kruiseinstaller.permission;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A role as YAML, as people write it. */
final class RoleText {
  private static final int LONGEST_LINE = 100;

  /** Texts that YAML takes for nothing else. */
  private static final Pattern PLAIN =
      Pattern.compile("(?!(?:true|false|null|yes|no|on|off)$)[a-z][a-z0-9./-]*[a-z0-9]");

  private RoleText() {}

  static String yaml(Manifest role) {
    StringBuilder text =
        new StringBuilder()
            .append("apiVersion: ")
            .append(role.apiVersion())
            .append("\nkind: ")
            .append(role.kind())
            .append("\nmetadata:\n  name: ")
            .append(role.name())
            .append("\nrules:\n");
    for (Map<String, @Nullable Object> rule : role.maps("rules")) {
      String start = "- ";
      for (String field : rule.keySet()) {
        text.append(start).append(field).append(':');
        values(text, Trees.list(rule, field).stream().map(String::valueOf).toList());
        start = "  ";
      }
    }
    return text.toString();
  }

  private static void values(StringBuilder text, List<String> values) {
    List<String> scalars = values.stream().map(RoleText::scalar).toList();
    String line = "[" + String.join(", ", scalars) + "]";
    if (line.length() <= LONGEST_LINE) {
      text.append(' ').append(line).append('\n');
      return;
    }
    text.append('\n');
    scalars.forEach(scalar -> text.append("  - ").append(scalar).append('\n'));
  }

  /** Plain where that is safe; JSON's double-quoted texts are YAML's. */
  private static String scalar(String value) {
    return PLAIN.matcher(value).matches() ? value : Json.compact(value);
  }
}
