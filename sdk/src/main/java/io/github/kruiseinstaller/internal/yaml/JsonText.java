package io.github.kruiseinstaller.internal.yaml;

/**
 * JSON as a reader of YAML 1.1 takes it. JSON may write {@code \/} for a slash and stand in lines
 * that begin with tabs; that YAML knows neither.
 */
final class JsonText {
  /** What JSON, and the lines between its documents, consist of outside of strings. */
  private static final String OUTSIDE = " \t\r\n{}[]:,+-.0123456789Etruefalsn";

  private JsonText() {}

  /** The same JSON in the same lines without either; any other text as it is. */
  static String asYaml(String text) {
    String begin = text.stripLeading();
    if (!begin.startsWith("{") && !begin.startsWith("[")) {
      return text;
    }
    StringBuilder yaml = new StringBuilder(text.length());
    boolean inString = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        inString = !inString;
      } else if (!inString && OUTSIDE.indexOf(c) < 0) {
        return text;
      }
      if (inString && c == '\\' && i + 1 < text.length()) {
        i++;
        yaml.append(text.charAt(i) == '/' ? "" : c).append(text.charAt(i));
      } else {
        yaml.append(!inString && c == '\t' ? ' ' : c);
      }
    }
    return yaml.toString();
  }
}
