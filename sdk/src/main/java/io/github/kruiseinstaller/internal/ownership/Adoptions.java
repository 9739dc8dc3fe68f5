package io.github.kruiseinstaller.internal.ownership;

import io.github.kruiseinstaller.model.ObjectRef;
import java.util.List;
import java.util.Map;

/**
 * What a take-over does.
 *
 * @param byObject how each object comes into our hands
 * @param records the uids of Helm's records that go, by object
 * @param kept the Helm releases whose records are kept, as the configurations will tell
 * @param first notes for the stage that begins it
 * @param last notes for the stage that ends it
 */
public record Adoptions(
    Map<ObjectRef, Adoption> byObject,
    Map<ObjectRef, String> records,
    String kept,
    List<String> first,
    List<String> last) {
  /** Nothing. */
  public static final Adoptions NONE = new Adoptions(Map.of(), Map.of(), "", List.of(), List.of());

  /** Copies. */
  public Adoptions {
    byObject = Map.copyOf(byObject);
    records = Map.copyOf(records);
    first = List.copyOf(first);
    last = List.copyOf(last);
  }
}
