package io.github.kruiseinstaller.testkit.internal.patch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;

/** PATCH with any format but apply. */
public final class Patches {
  private Patches() {}

  /**
   * Patches an object.
   *
   * @param type any but {@link PatchType#APPLY}
   * @param schema of the object
   * @param object in the version of the request, without managedFields removed; not changed
   * @param patch the request's body
   * @param fieldValidation {@code Strict}, {@code Warn} or {@code Ignore}: whether to look for
   *     strict errors at all
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400, 413, 422 or 500
   *     as the API server words it
   */
  public static Patched patch(
      PatchType type, Schema schema, ObjectNode object, byte[] patch, String fieldValidation) {
    throw new UnsupportedOperationException(
        type.name() + schema + object + patch.length + fieldValidation);
  }
}
