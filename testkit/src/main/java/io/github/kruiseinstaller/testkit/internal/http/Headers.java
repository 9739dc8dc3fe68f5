package io.github.kruiseinstaller.testkit.internal.http;

import java.util.List;

/** The headers of a request. */
interface Headers {
  /** All values of a header, in order; none when it is absent. */
  List<String> all(String name);

  /** The first value, or empty. */
  default String first(String name) {
    List<String> all = all(name);
    return all.isEmpty() ? "" : all.get(0);
  }

  /** The body's media type without parameters, or empty. */
  default String mediaType() {
    String type = first("Content-Type");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
  }
}
