package io.github.kruiseinstaller.testkit.internal.auth;

import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.util.List;

/**
 * What somebody wants to do: a verb on a resource, or on a path that is none.
 *
 * @param caller who
 * @param verb such as {@code get}, {@code list}, {@code deletecollection}; for paths the HTTP
 *     method in lower case
 * @param group of the resource
 * @param resource its plural; empty for a path
 * @param subresource or empty
 * @param namespace empty at the cluster scope
 * @param name empty when no object is named
 * @param path for what is no resource; empty for resources
 */
public record Access(
    Caller caller,
    String verb,
    String group,
    String resource,
    String subresource,
    String namespace,
    String name,
    String path) {
  /** A path that is no resource. */
  public static Access toPath(Caller caller, String verb, String path) {
    return new Access(caller, verb, "", "", "", "", "", path);
  }

  /** Whether it is about a resource. */
  public boolean isResource() {
    return path.isEmpty();
  }

  /** {@code pods/log}, {@code pods}. */
  String combinedResource() {
    return subresource.isEmpty() ? resource : resource + "/" + subresource;
  }

  /**
   * The refusal, as the API server words it.
   *
   * @param reason why, or empty
   */
  public StatusException forbidden(String reason) {
    String text = sentence() + (reason.isEmpty() ? "" : ": " + reason);
    if (!isResource()) {
      return new StatusException(
          403,
          "Forbidden",
          "forbidden: " + text,
          new StatusException.Details("", "", "", "", List.of(), 0));
    }
    return Statuses.forbidden(group, resource, name, text);
  }

  private String sentence() {
    String begin = "User " + Quoted.of(caller.user()) + " cannot " + verb + " ";
    if (!isResource()) {
      return begin + "path " + Quoted.of(path);
    }
    return begin
        + "resource "
        + Quoted.of(combinedResource())
        + " in API group "
        + Quoted.of(group)
        + (namespace.isEmpty()
            ? " at the cluster scope"
            : " in the namespace " + Quoted.of(namespace));
  }
}
