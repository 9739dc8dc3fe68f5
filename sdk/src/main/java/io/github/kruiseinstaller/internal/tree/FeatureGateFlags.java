package io.github.kruiseinstaller.internal.tree;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The feature gates in the command line of a container, as Go's programs read them. */
public final class FeatureGateFlags {
  private static final String FLAG = "--feature-gates";

  /** What Go reads as true. */
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");

  private FeatureGateFlags() {}

  /**
   * The gates that a container's command line names, in its order; of several mentions of one the
   * last counts.
   */
  public static Map<String, String> of(Map<String, @Nullable Object> container) {
    List<String> words =
        Stream.of("command", "args")
            .flatMap(field -> Trees.list(container, field).stream())
            .map(String::valueOf)
            .toList();
    Map<String, String> gates = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.startsWith(FLAG + "=")) {
        gates.putAll(parse(word.substring(FLAG.length() + 1)));
      } else if (word.equals(FLAG) && i + 1 < words.size()) {
        gates.putAll(parse(words.get(i + 1)));
      }
    }
    return gates;
  }

  /** The gates in the value of one flag, such as {@code A=true,B=false}. */
  public static Map<String, String> parse(String value) {
    Map<String, String> gates = new LinkedHashMap<>();
    for (String gate : value.split(",", -1)) {
      int equals = gate.indexOf('=');
      if (equals > 0) {
        gates.put(gate.substring(0, equals).strip(), gate.substring(equals + 1).strip());
      }
    }
    return gates;
  }

  /** Whether the value of a gate is true. */
  public static boolean isTrue(@Nullable String value) {
    return value != null && TRUE.contains(value);
  }
}
