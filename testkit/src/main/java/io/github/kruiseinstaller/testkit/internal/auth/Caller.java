package io.github.kruiseinstaller.testkit.internal.auth;

import java.util.List;

/**
 * Who makes a request.
 *
 * @param user such as {@code admin} or {@code system:serviceaccount:ns:name}
 * @param groups the groups
 * @param agent the User-Agent, from which the default field manager's name is taken
 */
public record Caller(String user, List<String> groups, String agent) {
  /** Copies the list. */
  public Caller {
    groups = List.copyOf(groups);
  }

  /** A caller that may do everything, such as the controllers. */
  public static Caller system(String user) {
    return new Caller(user, List.of("system:masters", "system:authenticated"), user);
  }

  /** The API server itself, which makes and keeps some objects of its own. */
  public static Caller apiServer() {
    return new Caller("system:apiserver", List.of("system:masters"), "kube-apiserver/v1.34.0");
  }

  /** A ServiceAccount. */
  public static Caller serviceAccount(String namespace, String name, String agent) {
    return new Caller(
        "system:serviceaccount:" + namespace + ":" + name,
        List.of(
            "system:serviceaccounts",
            "system:serviceaccounts:" + namespace,
            "system:authenticated"),
        agent);
  }
}
