package io.github.kruiseinstaller.testkit.fault;

/**
 * A request, as rules and records see it.
 *
 * @param user who makes it; empty when that could not be told
 * @param agent the User-Agent
 * @param method such as {@code PATCH}
 * @param path such as {@code /api/v1/pods}
 * @param query without the question mark
 * @param verb such as {@code list}; for paths that are no resource the method in lower case
 * @param resource group resource such as {@code deployments.apps}; empty for other paths
 * @param subresource or empty
 * @param namespace or empty
 * @param name or empty; for a create what the body says
 * @param dryRun whether nothing is to be stored
 */
public record ApiRequest(
    String user,
    String agent,
    String method,
    String path,
    String query,
    String verb,
    String resource,
    String subresource,
    String namespace,
    String name,
    boolean dryRun) {
  /** Whether it changes something, unless it is a dry run. */
  public boolean writes() {
    return switch (verb) {
      case "create", "update", "patch", "delete", "deletecollection" -> true;
      default -> false;
    };
  }
}
