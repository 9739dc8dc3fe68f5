package io.github.kruiseinstaller.internal.cluster;

/** The names that kinds have in paths, and so in the rules of roles and of webhooks. */
public final class KindNames {
  private KindNames() {}

  /**
   * The plural that a kind has: known for built-in kinds, else what it most likely is.
   *
   * @param apiVersion such as {@code apps/v1}
   * @param kind such as {@code Deployment}
   */
  public static String plural(String apiVersion, String kind) {
    Resource builtIn = BuiltInKinds.find(apiVersion, kind);
    return builtIn == null ? Payloads.likelyPlural(kind) : builtIn.plural();
  }
}
