package io.github.kruiseinstaller.testkit.internal.auth;

import java.util.List;

/** Says who may do what. Thread-safe. */
public interface Authorizer {
  /** Whether it may be done. */
  Verdict authorize(Access access);

  /** All rules that let the caller do things in a namespace, or with an empty one cluster-wide. */
  List<Rule> rulesFor(Caller caller, String namespace);

  /**
   * An answer.
   *
   * @param allowed whether it may be done
   * @param reason why, or empty
   */
  record Verdict(boolean allowed, String reason) {}

  /** Everybody may do everything. */
  static Authorizer allowingAll() {
    return new Authorizer() {
      @Override
      public Verdict authorize(Access access) {
        return new Verdict(true, "");
      }

      @Override
      public List<Rule> rulesFor(Caller caller, String namespace) {
        return Rule.EVERYTHING;
      }
    };
  }

  /**
   * Refuses what may not be done.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 403
   */
  default void check(Access access) {
    Verdict verdict = authorize(access);
    if (!verdict.allowed()) {
      throw access.forbidden(verdict.reason());
    }
  }
}
