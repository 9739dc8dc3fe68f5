package io.github.kruiseinstaller.testkit.internal.auth;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who makes a request.
 *
 * @param user such as {@code admin} or {@code system:serviceaccount:ns:name}
 * @param groups the groups
 * @param agent the User-Agent, from which the default field manager's name is taken
 * @param uid of the user, or empty
 * @param extra what else is known of the user
 */
public record Caller(
    String user, List<String> groups, String agent, String uid, Map<String, List<String>> extra) {
  /** Copies the collections. */
  public Caller {
    groups = List.copyOf(groups);
    extra = Collections.unmodifiableMap(new TreeMap<>(extra));
  }

  /** Of whom no more is known. */
  public Caller(String user, List<String> groups, String agent) {
    this(user, groups, agent, "", Map.of());
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
