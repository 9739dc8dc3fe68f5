package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Converts objects for webhooks that ask for another version than the request has. */
@FunctionalInterface
public interface ObjectVersions {
  /**
   * The object in a version of its group.
   *
   * @param apiVersion such as {@code apps.kruise.io/v1beta1}
   * @return a new tree
   */
  ObjectNode convert(ObjectNode object, String apiVersion);
}
