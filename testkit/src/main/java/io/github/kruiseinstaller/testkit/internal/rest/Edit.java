package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** What an update makes of an object. Asked again when somebody else was faster. */
@FunctionalInterface
interface Edit {
  /**
   * The new object, with its defaults and managedFields.
   *
   * @param live the stored one, to keep or change; null when there is none
   */
  ObjectNode next(@Nullable ObjectNode live);
}
