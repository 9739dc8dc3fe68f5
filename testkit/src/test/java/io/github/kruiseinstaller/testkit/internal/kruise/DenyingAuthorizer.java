package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.auth.Access;
import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.auth.Rule;
import java.util.List;
import java.util.function.Predicate;

/** Refuses what a test does not want. */
record DenyingAuthorizer(Predicate<Access> denied) implements Authorizer {
  @Override
  public Verdict authorize(Access access) {
    return new Verdict(!denied.test(access), "");
  }

  @Override
  public List<Rule> rulesFor(Caller caller, String namespace) {
    return List.of();
  }
}
