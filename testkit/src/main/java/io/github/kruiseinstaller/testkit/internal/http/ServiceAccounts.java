package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.auth.Identity;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.function.BiPredicate;

/** Whether a ServiceAccount whose token is shown is still the one to which it was given. */
final class ServiceAccounts implements BiPredicate<Identity, String> {
  private final Kinds kinds;
  private final Resources resources;

  ServiceAccounts(Kinds kinds, Resources resources) {
    this.kinds = kinds;
    this.resources = resources;
  }

  @Override
  public boolean test(Identity account, String uid) {
    String[] parts = account.user().split(":", -1);
    return parts.length == 4
        && kinds
            .resource("", "v1", "serviceaccounts")
            .flatMap(kind -> resources.find(kind, parts[2], parts[3]))
            .filter(found -> Nodes.uid(found).equals(uid))
            .isPresent();
  }
}
