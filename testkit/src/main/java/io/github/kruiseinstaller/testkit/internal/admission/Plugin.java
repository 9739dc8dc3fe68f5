package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;

/** A part of admission that is built into the API server. Thread-safe. */
interface Plugin {
  /**
   * Changes the object in place. May be asked twice about one request, as webhooks change it.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException when refused
   */
  default void mutate(Request request, ObjectNode object) {}

  /**
   * Looks at the final object; for a DELETE at none.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException when refused
   */
  default void validate(Request request) {}
}
