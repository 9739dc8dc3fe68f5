package io.github.kruiseinstaller.plan;

import io.github.kruiseinstaller.model.ObjectRef;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is planned for one object.
 *
 * @param object the object
 * @param action what is done to it
 * @param fields the fields that differ; empty for create and unchanged
 * @param takenFrom the field managers that lose fields, for {@link ChangeAction#TAKE_OVER} and
 *     {@link ChangeAction#ADOPT} only
 * @param note why, where the stage does not say it; for {@link ChangeAction#KEEP} also how a person
 *     deletes the object
 */
public record PlannedChange(
    ObjectRef object,
    ChangeAction action,
    List<FieldDiff> fields,
    List<String> takenFrom,
    @Nullable String note) {
  /** Copies the lists. */
  public PlannedChange {
    fields = List.copyOf(fields);
    takenFrom = List.copyOf(takenFrom);
  }

  /** A change that the stage explains. */
  public PlannedChange(
      ObjectRef object, ChangeAction action, List<FieldDiff> fields, List<String> takenFrom) {
    this(object, action, fields, takenFrom, null);
  }

  /** A change without field details. */
  public static PlannedChange of(ObjectRef object, ChangeAction action) {
    return new PlannedChange(object, action, List.of(), List.of());
  }

  /** The same with a note. */
  public PlannedChange noting(String text) {
    return new PlannedChange(object, action, fields, takenFrom, text);
  }

  /** The JSON form as maps and lists; an item of {@code changes} in a plan or a report. */
  public Map<String, @Nullable Object> toMap() {
    return PlanJson.change(this);
  }
}
