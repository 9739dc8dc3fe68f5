package io.github.kruiseinstaller.uninstall;

import io.github.kruiseinstaller.model.ObjectRef;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that stays.
 *
 * @param object what
 * @param why why, in a few words
 */
public record KeptObject(ObjectRef object, String why) {
  /** The JSON form as maps; an item of {@code kept} in a plan or a report. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("object", object.toMap());
    map.put("why", why);
    return Collections.unmodifiableMap(map);
  }

  /** For people. */
  @Override
  public String toString() {
    return object + ": " + why;
  }
}
