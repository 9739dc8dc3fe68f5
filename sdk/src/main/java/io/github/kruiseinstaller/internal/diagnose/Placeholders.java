package io.github.kruiseinstaller.internal.diagnose;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names in curly brackets that stand for objects of a cluster. */
final class Placeholders {
  private static final Pattern NAME = Pattern.compile("\\{([a-z]+)}");

  /** What stands in the pages, where no cluster is known. */
  private static final Map<String, String> USUAL =
      Map.of(
          "namespace", "kruise-system",
          "service", "kruise-webhook-service",
          "deployment", "kruise-controller-manager",
          "daemon", "kruise-daemon",
          "secret", "kruise-webhook-certs",
          "kind", "<kind>",
          "name", "<name>");

  private Placeholders() {}

  /** Fills in what is known, else the usual names; other text in brackets stays. */
  static String fill(String text, Map<String, String> values) {
    Map<String, String> all = new LinkedHashMap<>(USUAL);
    all.putAll(values);
    return NAME.matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(all.getOrDefault(found.group(1), found.group())));
  }
}
