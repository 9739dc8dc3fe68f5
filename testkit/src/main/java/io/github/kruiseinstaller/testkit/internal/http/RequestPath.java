package io.github.kruiseinstaller.testkit.internal.http;

import java.util.Arrays;
import java.util.List;

/**
 * What a method and a path mean, by the API server's rules.
 *
 * @param path as it was asked for, decoded
 * @param isResource whether it names a resource
 * @param verb such as {@code list}; for other paths the method in lower case
 * @param group of the resource
 * @param version of the resource
 * @param resource its plural
 * @param subresource or empty
 * @param namespace or empty
 * @param name of the object, or empty
 * @param rest what follows the subresource, without the slash in front; for proxies
 */
record RequestPath(
    String path,
    boolean isResource,
    String verb,
    String group,
    String version,
    String resource,
    String subresource,
    String namespace,
    String name,
    String rest) {
  private static final List<String> NAMESPACE_SUBRESOURCES = List.of("status", "finalize");

  /**
   * Reads a request.
   *
   * @param watch whether the query asks for a watch
   */
  static RequestPath of(String method, String path, boolean watch) {
    List<String> parts = parts(path);
    int prefix = parts.isEmpty() ? 0 : prefixLength(parts.get(0));
    if (prefix == 0 || parts.size() <= prefix) {
      return nonResource(method, path);
    }
    String group = prefix == 3 ? parts.get(1) : "";
    String version = parts.get(prefix - 1);
    List<String> rest = parts.subList(prefix, parts.size());
    boolean watchPath = isWatchPath(rest);
    if (watchPath) {
      rest = rest.subList(1, rest.size());
    }
    String namespace = "";
    if (rest.get(0).equals("namespaces") && rest.size() > 1) {
      namespace = rest.get(1);
      if (rest.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(rest.get(2))) {
        rest = rest.subList(2, rest.size());
      }
    }
    String name = rest.size() > 1 ? rest.get(1) : "";
    String subresource = rest.size() > 2 ? rest.get(2) : "";
    String verb = watchPath ? "watch" : verb(method, name.isEmpty(), watch);
    return new RequestPath(
        path,
        true,
        verb,
        group,
        version,
        rest.get(0),
        subresource,
        namespace,
        name,
        after(path, rest));
  }

  private static boolean isWatchPath(List<String> rest) {
    return rest.size() > 1 && rest.get(0).equals("watch");
  }

  /** Whether it asks for a watch in the old way, by the path. */
  boolean isWatchPath() {
    if (!isResource) {
      return false;
    }
    List<String> parts = parts(path);
    return isWatchPath(parts.subList(prefixLength(parts.get(0)), parts.size()));
  }

  private static List<String> parts(String path) {
    return Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
  }

  private static int prefixLength(String first) {
    return switch (first) {
      case "api" -> 2;
      case "apis" -> 3;
      default -> 0;
    };
  }

  private static RequestPath nonResource(String method, String path) {
    String verb = method.toLowerCase(java.util.Locale.ROOT);
    return new RequestPath(path, false, verb, "", "", "", "", "", "", "");
  }

  private static String verb(String method, boolean collection, boolean watch) {
    return switch (method) {
      case "POST" -> "create";
      case "GET", "HEAD" -> collection ? (watch ? "watch" : "list") : "get";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> collection ? "deletecollection" : "delete";
      default -> "";
    };
  }

  /** What follows the subresource, with the slash at the end when there is one. */
  private static String after(String path, List<String> rest) {
    if (rest.size() < 4) {
      return "";
    }
    String tail = String.join("/", rest.subList(3, rest.size()));
    return path.endsWith("/") ? tail + "/" : tail;
  }

  /** {@code deployments.apps}; empty for other paths. */
  String groupResource() {
    return group.isEmpty() ? resource : resource + "." + group;
  }

  /** {@code apps/v1}. */
  String groupVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }
}
