package io.github.kruiseinstaller.testkit.internal.auth;

import java.util.List;

/**
 * Somebody who has proved who he is.
 *
 * @param user the name
 * @param groups the groups
 */
public record Identity(String user, List<String> groups) {
  /** Whoever shows nothing. */
  public static final Identity ANONYMOUS =
      new Identity("system:anonymous", List.of("system:unauthenticated"));

  private static final String AUTHENTICATED = "system:authenticated";

  /** Copies the list. */
  public Identity {
    groups = List.copyOf(groups);
  }

  /** A user with the group that all authenticated users are in. */
  public static Identity authenticated(String user, List<String> groups) {
    if (groups.contains(AUTHENTICATED)) {
      return new Identity(user, groups);
    }
    List<String> all = new java.util.ArrayList<>(groups);
    all.add(AUTHENTICATED);
    return new Identity(user, all);
  }

  /** The same as a caller. */
  public Caller caller(String agent) {
    return new Caller(user, groups, agent);
  }
}
