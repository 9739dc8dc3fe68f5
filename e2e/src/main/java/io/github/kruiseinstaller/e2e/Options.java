package io.github.kruiseinstaller.e2e;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options of a program in the form {@code --name value}. */
final class Options {
  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * Reads the options.
   *
   * @param known what each option means, with its default
   * @throws IllegalArgumentException when one is not known or has no value
   */
  Options(String[] arguments, Map<String, String> known) {
    values.putAll(known);
    for (int i = 0; i < arguments.length; i += 2) {
      String name = arguments[i];
      if (!known.containsKey(name) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "cannot use '" + name + "'; options with their defaults: " + known);
      }
      values.put(name, arguments[i + 1]);
    }
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no option " + name);
    }
    return value;
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  List<String> list(String name) {
    return List.of(text(name).split(","));
  }

  Path path(String name) {
    return Path.of(text(name));
  }

  /** The folder of the official charts: KRUISE_CHARTS, or a sibling of the repository. */
  static String charts() {
    return System.getenv()
        .getOrDefault("KRUISE_CHARTS", Path.of("..", "shared", "charts").toString());
  }
}
