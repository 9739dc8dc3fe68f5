package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.live.KubernetesRange;
import java.util.List;

/**
 * How one version of OpenKruise can become another, from facts of its releases.
 *
 * @param way how
 * @param why what makes it so, empty for the ordinary way
 * @param remedy what to do when it cannot be done in one step, empty otherwise
 */
public record UpgradePath(Way way, String why, String remedy) {
  /** How two versions follow each other. */
  public enum Way {
    /** Managers of both versions may serve at once. */
    SIDE_BY_SIDE,
    /** Nothing may depend on the webhooks while both are there. */
    SWITCHED_OFF,
    /** Not in one step. */
    REFUSED
  }

  private static final int ANY = Integer.MAX_VALUE;
  private static final UpgradePath ORDINARY = new UpgradePath(Way.SIDE_BY_SIDE, "", "");

  private static final UpgradePath TWO_LEADERS =
      new UpgradePath(
          Way.REFUSED,
          "managers up to 1.3 lead by a ConfigMap and those from 1.6 on by a Lease: both would lead"
              + " at once",
          "Install the newest 1.5, which does both, and then this release.");

  private static final UpgradePath OTHER_PATHS =
      new UpgradePath(
          Way.SWITCHED_OFF,
          "webhook paths have other names from 1.9 on: managers of both versions would each write"
              + " their own into the webhook configurations, and answer \"not found\" to the"
              + " other's",
          "");

  private static final UpgradePath UNTOLD =
      new UpgradePath(
          Way.SWITCHED_OFF,
          "neither an image tag nor the inventory tells both versions, so nobody knows whether"
              + " managers of both may serve at once",
          "");

  /** The first that fits counts; either may be the older one. */
  private static final List<Rule> RULES =
      List.of(
          new Rule(new Minors(0, 3), new Minors(6, ANY), TWO_LEADERS),
          new Rule(new Minors(0, 8), new Minors(9, ANY), OTHER_PATHS));

  /** The way from one version to another, such as {@code 1.5.0} and {@code 1.8.3}. */
  public static UpgradePath between(String from, String to) {
    int one = KubernetesRange.minor(from);
    int other = KubernetesRange.minor(to);
    if (one < 0 || other < 0) {
      return UNTOLD;
    }
    return RULES.stream()
        .filter(rule -> rule.crosses(one, other))
        .map(Rule::path)
        .findFirst()
        .orElse(ORDINARY);
  }

  /** Minor versions, the last included. */
  private record Minors(int first, int last) {
    boolean include(int minor) {
      return first <= minor && minor <= last;
    }
  }

  private record Rule(Minors older, Minors newer, UpgradePath path) {
    boolean crosses(int one, int other) {
      return (older.include(one) && newer.include(other))
          || (older.include(other) && newer.include(one));
    }
  }
}
