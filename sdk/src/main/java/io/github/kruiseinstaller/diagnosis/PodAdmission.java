package io.github.kruiseinstaller.diagnosis;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the API server says to a Pod that has nothing to do with OpenKruise, in dry run.
 *
 * @param answer whether it is admitted
 * @param namespace in which namespace it was asked for
 * @param message the API server's own words when it refuses, or why nothing is known; else empty
 */
public record PodAdmission(Answer answer, String namespace, String message) {
  /** Whether Pods are admitted. */
  public enum Answer {
    /** They are. */
    ADMITTED,
    /** They are refused because of OpenKruise's webhooks. */
    REFUSED,
    /** They are refused for another reason, such as a policy or another vendor's webhook. */
    REFUSED_BY_OTHERS,
    /** The caller may not ask, or there was no answer. */
    UNKNOWN;

    /** The stable text form, such as {@code refused-by-others}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The JSON form as maps. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("answer", answer.id());
    map.put("namespace", namespace);
    map.put("message", message);
    return Collections.unmodifiableMap(map);
  }
}
