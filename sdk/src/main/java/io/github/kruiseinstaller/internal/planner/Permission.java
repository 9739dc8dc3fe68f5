package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.model.ObjectRef;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that a run must be allowed to do.
 *
 * @param verb such as create
 * @param object of which kind, where, and which one; its name is {@link #ANY} for any
 * @param subresource such as log, or null
 */
public record Permission(String verb, ObjectRef object, @Nullable String subresource) {
  /** The name of an object whose name is no part of the question. */
  public static final String ANY = "*";

  /** A verb on one object. */
  static Permission on(String verb, ObjectRef object) {
    return new Permission(verb, object, null);
  }

  /** A verb on whatever object of a kind. */
  static Permission onAny(String verb, String apiVersion, String kind, @Nullable String namespace) {
    return new Permission(verb, new ObjectRef(apiVersion, kind, namespace, ANY), null);
  }

  /** For people: {@code create Deployment (apps) in namespace kruise-system}. */
  @Override
  public String toString() {
    String what = subresource == null ? object.kind() : object.kind() + "/" + subresource;
    return verb
        + " "
        + what
        + (object.group().isEmpty() ? "" : " (" + object.group() + ")")
        + (object.name().equals(ANY) ? "" : " " + object.name())
        + (object.namespace() == null
            ? " in the cluster"
            : " in namespace " + Objects.requireNonNull(object.namespace()));
  }
}
