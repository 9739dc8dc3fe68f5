package io.github.kruiseinstaller.diagnosis;

import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.Interception;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cause that was found, with what shows it. Never holds Secret data.
 *
 * @param code which cause, stable
 * @param object the object that is wrong, or null
 * @param summary one sentence: what is the matter here
 * @param since since when, as far as the cluster tells, or null
 * @param blocks which webhooks refuse requests because of it, and in which live namespaces
 * @param evidence what was seen, most telling first: fields, events, log lines, the API server's
 *     own answers
 * @param remedy what a person can do by hand, with the commands
 * @param repairable whether {@code repair()} can mend it
 */
public record Diagnosis(
    DiagnosisCode code,
    @Nullable ObjectRef object,
    String summary,
    @Nullable Instant since,
    List<Interception> blocks,
    List<String> evidence,
    String remedy,
    boolean repairable) {
  /** Copies the lists. */
  public Diagnosis {
    blocks = List.copyOf(blocks);
    evidence = List.copyOf(evidence);
  }

  /** The JSON form as maps and lists. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("code", code.id());
    map.put("object", object == null ? null : object.toMap());
    map.put("summary", summary);
    map.put("since", since == null ? null : since.toString());
    map.put("blocks", blocks.stream().map(Interception::toMap).toList());
    map.put("evidence", evidence);
    map.put("remedy", remedy);
    map.put("repairable", repairable);
    return Collections.unmodifiableMap(map);
  }

  /** {@code code: summary}. */
  @Override
  public String toString() {
    return code.id() + ": " + summary;
  }
}
