package io.github.kruiseinstaller.testkit.internal.auth;

import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import java.util.ArrayList;
import java.util.List;

/** Acting as somebody else, for whoever may ({@code kubectl --as}). */
public final class Impersonation {
  private static final String ACCOUNT = "system:serviceaccount:";
  private static final String AUTHENTICATED = "system:authenticated";
  private static final String UNAUTHENTICATED = "system:unauthenticated";

  private final Authorizer authorizer;

  /** Asks the authorizer about the verb {@code impersonate}. */
  public Impersonation(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /**
   * The caller as whom the request is to be treated.
   *
   * @param user the header Impersonate-User, or empty
   * @param groups the headers Impersonate-Group
   * @throws StatusException 403, or 500 for groups without a user
   */
  public Caller apply(Caller caller, String user, List<String> groups) {
    if (user.isEmpty()) {
      if (!groups.isEmpty()) {
        throw new StatusException(
            500,
            "InternalError",
            "requested [{Group  " + groups.get(0) + "    }] without impersonating a user",
            null);
      }
      return caller;
    }
    String[] account = user.startsWith(ACCOUNT) ? user.split(":", -1) : new String[0];
    List<String> actual = new ArrayList<>();
    if (account.length == 4) {
      check(caller, "serviceaccounts", account[2], account[3]);
      if (groups.isEmpty()) {
        actual.add("system:serviceaccounts");
        actual.add("system:serviceaccounts:" + account[2]);
      }
    } else {
      check(caller, "users", "", user);
    }
    for (String group : groups) {
      check(caller, "groups", "", group);
      actual.add(group);
    }
    if (!actual.contains(UNAUTHENTICATED) && !actual.contains(AUTHENTICATED)) {
      actual.add(user.equals(Identity.ANONYMOUS.user()) ? UNAUTHENTICATED : AUTHENTICATED);
    }
    return new Caller(user, actual, caller.agent());
  }

  private void check(Caller caller, String plural, String namespace, String name) {
    authorizer.check(new Access(caller, "impersonate", "", plural, "", namespace, name, ""));
  }
}
