package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.auth.Access;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.FieldSelector;
import java.util.List;
import java.util.Set;

/**
 * A request that has been read.
 *
 * @param method such as {@code GET}
 * @param path what it means
 * @param rawQuery without the question mark
 * @param query the same, read
 * @param headers its headers
 * @param body its body, empty when there is none
 * @param caller who makes it
 * @param faults what goes wrong with it
 * @param warnings gets what goes into Warning headers
 */
// The bytes are handed on once; nobody compares them.
@SuppressWarnings("ArrayRecordComponent")
record Call(
    String method,
    RequestPath path,
    String rawQuery,
    Parameters query,
    Headers headers,
    byte[] body,
    Caller caller,
    FaultPlan faults,
    List<String> warnings) {
  private static final Set<String> READING = Set.of("GET", "HEAD");

  /** Path and query. */
  String uri() {
    return rawQuery.isEmpty() ? path.path() : path.path() + "?" + rawQuery;
  }

  /** The access that the request needs. */
  Access access() {
    if (!path.isResource()) {
      return Access.toPath(caller, path.verb(), path.path());
    }
    return accessTo(path.verb());
  }

  /** The same access with another verb. */
  Access accessTo(String verb) {
    return new Access(
        caller,
        verb,
        path.group(),
        path.resource(),
        path.subresource(),
        path.namespace(),
        name(),
        "");
  }

  /** Who reads a collection and selects one name asks for that object. */
  private String name() {
    return path.name().isEmpty() && READING.contains(method) && !path.isWatchPath()
        ? FieldSelector.requiredName(query.text("fieldSelector")).orElse("")
        : path.name();
  }

  /** The namespace in which the objects of a kind are stored: of a Namespace itself, none. */
  String namespaceOf(Resource resource) {
    return resource.namespaced() ? path.namespace() : "";
  }

  /** The body's media type without parameters, or empty. */
  String contentType() {
    return headers.mediaType();
  }

  /** Whether nothing is to be stored. */
  boolean dryRun() {
    return query.all("dryRun").contains("All");
  }
}
