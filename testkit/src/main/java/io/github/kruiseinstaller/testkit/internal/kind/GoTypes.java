package io.github.kruiseinstaller.testkit.internal.kind;

/** Names of Go types that show in messages. */
final class GoTypes {
  /** What every body is read into first. */
  static final String TYPE_META =
      "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string"
          + " \"json:\\\"kind,omitempty\\\"\" }";

  private GoTypes() {}

  /** The Go package of the internal types of a group. */
  static String internal(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    if (slash < 0) {
      return "core";
    }
    String group = apiVersion.substring(0, slash);
    int dot = group.indexOf('.');
    return dot < 0 ? group : group.substring(0, dot);
  }
}
