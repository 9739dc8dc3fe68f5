package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Calls the conversion webhook of a CustomResourceDefinition. */
@FunctionalInterface
public interface Conversion {
  /**
   * Converts objects, all of which have another version.
   *
   * @param definition the CustomResourceDefinition, whose strategy is Webhook
   * @param apiVersion the wanted one
   * @param objects in any version of the definition; not changed
   * @return as many objects, in the same order
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 500, {@code
   *     conversion webhook for G/V, Kind=K failed: ...}
   */
  List<ObjectNode> convert(ObjectNode definition, String apiVersion, List<ObjectNode> objects);
}
