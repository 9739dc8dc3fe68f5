package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.patch.Patched;
import java.util.List;

/** What a kind itself says about its objects; the package {@code kind} but for tests. */
public interface ObjectRules {
  /** Puts in what the kind defaults. */
  void applyDefaults(Resource resource, ObjectNode object);

  /** Takes out of a custom object what its version does not know, as when it is read. */
  default void prune(Resource resource, ObjectNode object) {}

  /**
   * Whether a new object is valid.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 422 with every cause
   */
  void validateCreate(Resource resource, ObjectNode object);

  /**
   * Whether an object may become another.
   *
   * @param subresource such as {@code status}, or empty
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 422 with every cause
   */
  void validateUpdate(Resource resource, ObjectNode live, ObjectNode object, String subresource);

  /** What the kind has to remark on a valid object, for Warning headers. */
  default List<String> warnings(Resource resource, ObjectNode object) {
    return List.of();
  }

  /**
   * What a patch made, as an object of its kind: unknown fields are gone.
   *
   * @param fieldValidation {@code Strict}, {@code Warn} or {@code Ignore}
   * @param warnings gets what Warn says
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 422 when it is none
   */
  ObjectNode decodePatched(
      Resource resource, Patched patched, String fieldValidation, List<String> warnings);

  /**
   * The body of an apply, YAML or JSON.
   *
   * @param fieldValidation {@code Strict}, {@code Warn} or {@code Ignore}
   * @param warnings gets what Warn says
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400 when it is none
   */
  ObjectNode decodeApplied(byte[] body, String fieldValidation, List<String> warnings);
}
