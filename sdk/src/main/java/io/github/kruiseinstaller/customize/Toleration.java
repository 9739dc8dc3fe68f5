package io.github.kruiseinstaller.customize;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets a pod run on nodes with a taint.
 *
 * @param key the taint's key, or null for taints with any key
 * @param value the taint's value, or null for any value
 * @param effect {@code NoSchedule}, {@code PreferNoSchedule} or {@code NoExecute}, or null for all
 * @param bound how long the pod stays once a NoExecute taint appears, in whole seconds, or null for
 *     ever
 */
public record Toleration(
    @Nullable String key,
    @Nullable String value,
    @Nullable String effect,
    @Nullable Duration bound) {
  private static final String OPTION = "tolerations";
  private static final String NO_EXECUTE = "NoExecute";
  private static final Set<String> EFFECTS = Set.of("NoSchedule", "PreferNoSchedule", NO_EXECUTE);

  /**
   * Checks the parts as the API server would.
   *
   * @throws io.github.kruiseinstaller.error.InstallException OPTION_INVALID when they do not fit
   */
  public Toleration {
    if (key != null) {
      Syntax.qualifiedName(OPTION, key);
    }
    if (value != null) {
      Syntax.labelValue(OPTION, value);
      if (key == null) {
        throw OptionInvalid.value(
            OPTION, "the value '" + value + "' has no key", "Name the taint's key as well.");
      }
    }
    if (effect != null && !EFFECTS.contains(effect)) {
      throw OptionInvalid.value(
          OPTION,
          "'" + effect + "' is not an effect of a taint",
          "Use NoSchedule, PreferNoSchedule or NoExecute.");
    }
    if (bound != null && !NO_EXECUTE.equals(effect)) {
      throw OptionInvalid.value(
          OPTION, "only NoExecute can be tolerated for a time", "Set the effect NoExecute.");
    }
    if (bound != null && (bound.isNegative() || bound.toNanosPart() != 0)) {
      throw OptionInvalid.value(
          OPTION, bound + " is not a time in whole seconds", "Give 0 or more whole seconds.");
    }
  }

  /** Tolerates every taint. */
  public static Toleration everything() {
    return new Toleration(null, null, null, null);
  }

  /** Tolerates a taint whatever its value and effect. */
  public static Toleration exists(String key) {
    return new Toleration(key, null, null, null);
  }

  /** Tolerates a taint with this value, whatever its effect. */
  public static Toleration equal(String key, String value) {
    return new Toleration(key, value, null, null);
  }

  /** This, for one effect only. */
  public Toleration effect(String newEffect) {
    return new Toleration(key, value, newEffect, bound);
  }

  Map<String, @Nullable Object> tree() {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    if (key != null) {
      tree.put("key", key);
    }
    tree.put("operator", value == null ? "Exists" : "Equal");
    if (value != null) {
      tree.put("value", value);
    }
    if (effect != null) {
      tree.put("effect", effect);
    }
    if (bound != null) {
      tree.put("tolerationSeconds", bound.toSeconds());
    }
    return tree;
  }
}
