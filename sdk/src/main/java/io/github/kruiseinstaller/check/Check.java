package io.github.kruiseinstaller.check;

import io.github.kruiseinstaller.model.ObjectRef;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one check has found. Never holds Secret data.
 *
 * @param id which check, stable, such as {@code certificate-chain}; also the anchor of its section
 *     in the troubleshooting page
 * @param category what it is about
 * @param status what was found
 * @param object the object it is about, or null
 * @param summary one sentence: what was found, or why the check was skipped
 * @param evidence what was seen, most telling first
 * @param remedy what a person can do; empty when there is nothing to do
 */
public record Check(
    String id,
    CheckCategory category,
    CheckStatus status,
    @Nullable ObjectRef object,
    String summary,
    List<String> evidence,
    String remedy) {
  private static final Pattern ID = Pattern.compile("[a-z]+(-[a-z0-9]+)*");

  /**
   * Copies the evidence.
   *
   * @throws IllegalArgumentException when the id is not made of lower-case words and hyphens, or a
   *     check that failed has no remedy
   */
  public Check {
    evidence = List.copyOf(evidence);
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not an id: " + id);
    }
    if (status == CheckStatus.FAIL && remedy.isBlank()) {
      throw new IllegalArgumentException(id + " fails without a remedy");
    }
  }

  /** A check that has found nothing wrong. */
  public static Check pass(String id, CheckCategory category, String summary) {
    return new Check(id, category, CheckStatus.PASS, null, summary, List.of(), "");
  }

  /** A check that was not made. */
  public static Check skipped(String id, CheckCategory category, String why) {
    return new Check(id, category, CheckStatus.SKIPPED, null, why, List.of(), "");
  }

  /** A check that has found what a person should know. */
  public static Check warn(String id, CheckCategory category, String summary, String remedy) {
    return new Check(id, category, CheckStatus.WARN, null, summary, List.of(), remedy);
  }

  /** A check that has found what does not work. */
  public static Check fail(String id, CheckCategory category, String summary, String remedy) {
    return new Check(id, category, CheckStatus.FAIL, null, summary, List.of(), remedy);
  }

  /** This check, about an object. */
  public Check about(@Nullable ObjectRef newObject) {
    return new Check(id, category, status, newObject, summary, evidence, remedy);
  }

  /** This check, with this evidence in place of what it had. */
  public Check seen(List<String> newEvidence) {
    return new Check(id, category, status, object, summary, newEvidence, remedy);
  }

  /** The JSON form as maps and lists; an item of {@code checks} in a report. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("id", id);
    map.put("category", category.id());
    map.put("status", status.id());
    map.put("object", object == null ? null : object.toMap());
    map.put("summary", summary);
    map.put("evidence", evidence);
    map.put("remedy", remedy);
    return Collections.unmodifiableMap(map);
  }
}
