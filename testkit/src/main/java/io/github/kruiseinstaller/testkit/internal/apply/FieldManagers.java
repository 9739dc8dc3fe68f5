package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@code metadata.managedFields} and does server-side apply. All methods are pure: arguments
 * are not changed, results are new trees.
 *
 * <p>Where it belongs in a request, as in the real server: after decoding and defaulting, before
 * admission and before the server sets uid, resourceVersion, generation and so on; last of all,
 * just before storing, {@link #settled}.
 */
public final class FieldManagers {
  private final Kinds kinds;

  /** Field managers for objects of these kinds. */
  public FieldManagers(Kinds kinds) {
    this.kinds = kinds;
  }

  /**
   * A create, update or patch (all but apply).
   *
   * @param resource the version and kind that the request is about
   * @param live what is stored, in the request's version; null for a create
   * @param next what shall be stored, with the managedFields that the client sent, if any
   * @return {@code next} with its managedFields
   */
  public ObjectNode updated(
      Resource resource, @Nullable ObjectNode live, ObjectNode next, Writer by) {
    throw new UnsupportedOperationException(resource.kind() + live + next + by + kinds);
  }

  /**
   * A server-side apply.
   *
   * @param resource the version and kind that the request is about
   * @param live what is stored, in the request's version; null when the apply creates
   * @param config what the client applies
   * @param force take over what others own
   * @return the merged object, without new defaults, with its managedFields
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400, 409 or 500 as
   *     the API server words it
   */
  public ObjectNode applied(
      Resource resource, @Nullable ObjectNode live, ObjectNode config, Writer by, boolean force) {
    throw new UnsupportedOperationException(resource.kind() + live + config + by + force + kinds);
  }

  /**
   * Puts back the old times when nothing but times differs, so that a write without effect leaves
   * the object, and its resourceVersion, alone.
   *
   * @return {@code next}, or {@code live} when the two mean the same
   */
  public static ObjectNode settled(ObjectNode live, ObjectNode next) {
    throw new UnsupportedOperationException("" + live + next);
  }
}
