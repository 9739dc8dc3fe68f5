package io.github.kruiseinstaller.testkit.internal.auth;

import io.github.kruiseinstaller.testkit.internal.status.PlainTextException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Acting as somebody else, for whoever may ({@code kubectl --as}). */
public final class Impersonation {
  private static final String GROUP = "authentication.k8s.io";
  private static final String ACCOUNT = "system:serviceaccount:";
  private static final String AUTHENTICATED = "system:authenticated";
  private static final String UNAUTHENTICATED = "system:unauthenticated";

  private final Authorizer authorizer;

  /** Asks the authorizer about the verb {@code impersonate}. */
  public Impersonation(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /**
   * As whom somebody wants to act.
   *
   * @param user the header Impersonate-User, or empty
   * @param groups the headers Impersonate-Group
   * @param uid the header Impersonate-Uid, or empty
   * @param extra the headers Impersonate-Extra-, by what follows in lower case
   */
  public record Target(
      String user, List<String> groups, String uid, Map<String, List<String>> extra) {
    /** Copies the collections. */
    public Target {
      groups = List.copyOf(groups);
      extra = Collections.unmodifiableMap(new TreeMap<>(extra));
    }

    /** All but the user, as the API server's message has it. */
    private List<String> references() {
      List<String> references = new ArrayList<>();
      groups.forEach(group -> references.add("{Group  " + group + "    }"));
      extra.forEach(
          (key, values) ->
              values.forEach(
                  value ->
                      references.add("{UserExtra  " + value + "  " + GROUP + "/v1  " + key + "}")));
      if (!uid.isEmpty()) {
        references.add("{UID  " + uid + "  " + GROUP + "/v1  }");
      }
      return references;
    }
  }

  /**
   * The caller as whom the request is to be treated.
   *
   * @throws StatusException 403
   * @throws PlainTextException for anything without a user
   */
  public Caller apply(Caller caller, Target target) {
    String user = target.user();
    if (user.isEmpty()) {
      List<String> references = target.references();
      if (!references.isEmpty()) {
        throw new PlainTextException(
            "requested [" + String.join(" ", references) + "] without impersonating a user");
      }
      return caller;
    }
    String[] account = user.startsWith(ACCOUNT) ? user.split(":", -1) : new String[0];
    List<String> actual = new ArrayList<>();
    if (account.length == 4) {
      check(caller, "serviceaccounts", account[2], account[3]);
      if (target.groups().isEmpty()) {
        actual.add("system:serviceaccounts");
        actual.add("system:serviceaccounts:" + account[2]);
      }
    } else {
      check(caller, "users", "", user);
    }
    for (String group : target.groups()) {
      check(caller, "groups", "", group);
      actual.add(group);
    }
    target
        .extra()
        .forEach(
            (key, values) ->
                values.forEach(value -> checkDetail(caller, "userextras", key, value)));
    if (!target.uid().isEmpty()) {
      checkDetail(caller, "uids", "", target.uid());
    }
    boolean anonymous = user.equals(Identity.ANONYMOUS.user());
    if (!actual.contains(UNAUTHENTICATED) && (anonymous || !actual.contains(AUTHENTICATED))) {
      actual.add(anonymous ? UNAUTHENTICATED : AUTHENTICATED);
    }
    return new Caller(user, actual, caller.agent(), target.uid(), target.extra());
  }

  private void check(Caller caller, String plural, String namespace, String name) {
    authorizer.check(new Access(caller, "impersonate", "", plural, "", namespace, name, ""));
  }

  private void checkDetail(Caller caller, String plural, String subresource, String name) {
    authorizer.check(new Access(caller, "impersonate", GROUP, plural, subresource, "", name, ""));
  }
}
