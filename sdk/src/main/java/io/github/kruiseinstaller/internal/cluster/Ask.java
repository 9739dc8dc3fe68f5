package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.model.ObjectRef;
import io.kubernetes.client.openapi.Pair;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request, before it is sent.
 *
 * @param verb what it does in a word, for messages
 * @param object what it is about, or null
 * @param method the HTTP method
 * @param path below the server's base path, escaped
 * @param query the query parameters
 * @param body the body, or null
 */
record Ask(
    String verb,
    @Nullable ObjectRef object,
    String method,
    String path,
    List<Pair> query,
    @Nullable Body body) {

  /** Copies the query. */
  Ask {
    query = List.copyOf(query);
  }

  /**
   * A body.
   *
   * @param contentType its media type
   * @param json its text
   */
  record Body(String contentType, String json) {
    static Body json(String json) {
      return new Body("application/json", json);
    }
  }

  static Ask get(String verb, @Nullable ObjectRef object, String path) {
    return new Ask(verb, object, "GET", path, List.of(), null);
  }

  /** The same with another query parameter; an empty value adds nothing. */
  Ask with(String name, String value) {
    if (value.isEmpty()) {
      return this;
    }
    List<Pair> longer = new ArrayList<>(query);
    longer.add(new Pair(name, value));
    return new Ask(verb, object, method, path, longer, body);
  }
}
