package io.github.kruiseinstaller.testkit.internal.apply;

import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import java.util.Optional;

/**
 * The versions in which fields of one object are owned. Versions differ in their schemas only:
 * nothing is converted.
 */
record Versions(Kinds kinds, Resource requested) {
  /** The version of the request. */
  String current() {
    return requested.apiVersion();
  }

  /** The schema of the request's version. */
  Schema schema() {
    return requested.schema();
  }

  /** The schema in a version; empty when it is no longer served. */
  Optional<Schema> schema(String apiVersion) {
    return apiVersion.equals(current())
        ? Optional.of(schema())
        : kinds.kind(apiVersion, requested.kind()).map(Resource::schema);
  }
}
