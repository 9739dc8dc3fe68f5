package io.github.kruiseinstaller.error;

import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a run failed, for programs and for people. Never holds Secret data.
 *
 * @param code what kind of failure, stable
 * @param stage where in the run, or null before the first stage
 * @param object the object it is about, or null
 * @param message one sentence: what happened
 * @param evidence what was seen, most telling first: waiting reasons, log lines, events, answers
 * @param remedy what a person can do about it
 */
public record Failure(
    FailureCode code,
    @Nullable Stage stage,
    @Nullable ObjectRef object,
    String message,
    List<String> evidence,
    String remedy) {
  /** Copies the evidence. */
  public Failure {
    evidence = List.copyOf(evidence);
  }

  /** A failure without stage, object and evidence. */
  public static Failure of(FailureCode code, String message, String remedy) {
    return new Failure(code, null, null, message, List.of(), remedy);
  }

  /** This failure, about an object. */
  public Failure about(@Nullable ObjectRef newObject) {
    return new Failure(code, stage, newObject, message, evidence, remedy);
  }

  /** This failure, in a stage. */
  public Failure in(@Nullable Stage newStage) {
    return new Failure(code, newStage, object, message, evidence, remedy);
  }

  /** This failure, with this evidence in place of what it had. */
  public Failure seen(List<String> newEvidence) {
    return new Failure(code, stage, object, message, newEvidence, remedy);
  }

  /** Several lines for people: message, code, where, evidence, remedy. */
  public String render() {
    StringBuilder text = new StringBuilder(PlainText.oneLine(message));
    text.append("\n  code:   ").append(code.id());
    if (stage != null) {
      text.append("\n  stage:  ").append(stage.id());
    }
    if (object != null) {
      text.append("\n  object: ").append(object);
    }
    for (String line : evidence) {
      text.append("\n  seen:   ").append(PlainText.oneLine(line));
    }
    return text.append("\n  remedy: ").append(PlainText.oneLine(remedy)).toString();
  }

  /**
   * The JSON form as maps and lists; the key {@code failure} of a report. Absent values are null.
   */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("code", code.id());
    map.put("stage", stage == null ? null : stage.id());
    map.put("object", object == null ? null : object.toMap());
    map.put("message", message);
    map.put("evidence", evidence);
    map.put("remedy", remedy);
    return Collections.unmodifiableMap(map);
  }

  /** The JSON form on one line, as in the key {@code failure} of a report. */
  public String toJson() {
    return Json.compact(toMap());
  }
}
