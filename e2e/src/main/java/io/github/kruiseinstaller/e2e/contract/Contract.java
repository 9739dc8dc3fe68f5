package io.github.kruiseinstaller.e2e.contract;

import java.util.List;

/** All that the suite asks. */
public final class Contract {
  private Contract() {}

  /** The themes, in the order in which they are run. */
  public static List<Theme> themes() {
    return List.of(
        DiscoveryContract.theme(),
        ReadContract.theme(),
        CreateContract.theme(),
        ReplaceContract.theme(),
        ApplyContract.theme(),
        PatchContract.theme(),
        DeleteContract.theme(),
        WatchContract.theme(),
        CrdContract.theme(),
        WorkloadContract.theme(),
        AccessContract.theme(),
        WebhookContract.theme(),
        DefaultsContract.theme(),
        ValidationContract.theme(),
        LimitsContract.theme());
  }

  /**
   * Some of the themes.
   *
   * @param names their names; none for all
   */
  public static List<Theme> themes(List<String> names) {
    List<Theme> chosen =
        themes().stream().filter(theme -> names.isEmpty() || names.contains(theme.name())).toList();
    if (chosen.size() < names.size()) {
      throw new IllegalArgumentException("not all of these are themes: " + names);
    }
    return chosen;
  }
}
