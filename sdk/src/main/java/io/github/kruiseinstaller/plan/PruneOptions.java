package io.github.kruiseinstaller.plan;

import io.github.kruiseinstaller.model.ObjectRef;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What becomes of objects that an earlier run of this library installed and that the release, as it
 * is customised now, no longer has. Whatever stays is in the plan and in the report, with the
 * reason and with how a person deletes it.
 *
 * <p>Nothing is deleted that this library has not put there itself, or that somebody else installs
 * too; no namespace; no definition that has custom resources; and nothing before the new release
 * works.
 *
 * @param deletes whether anything is deleted
 * @param included objects that are deleted although they may hold data
 */
public record PruneOptions(boolean deletes, Set<ObjectRef> included) {
  /** Copies the set. */
  public PruneOptions {
    included = Set.copyOf(included);
  }

  /**
   * Deletes workloads, Services, identities, RBAC and other objects that hold nothing, such as the
   * daemon once its feature gate is off. Custom resource definitions, Secrets, ConfigMaps and
   * whatever else may hold data stay.
   */
  public static PruneOptions defaults() {
    return new PruneOptions(true, Set.of());
  }

  /** Deletes nothing but what is named by {@link #including}. */
  public static PruneOptions nothing() {
    return new PruneOptions(false, Set.of());
  }

  /** Deletes these too, each by its name; in which version the kind is named does not matter. */
  public PruneOptions including(ObjectRef... objects) {
    Set<ObjectRef> all = new HashSet<>(included);
    all.addAll(List.of(objects));
    return new PruneOptions(deletes, all);
  }

  /** Whether an object is among {@link #included()}, in whatever version of its kind. */
  public boolean includes(ObjectRef object) {
    return included.stream()
        .filter(each -> each.group().equals(object.group()))
        .map(each -> new ObjectRef(object.apiVersion(), each.kind(), each.namespace(), each.name()))
        .anyMatch(object::equals);
  }
}
