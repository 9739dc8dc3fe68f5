package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Selection;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;

/**
 * Which objects a list or a watch is about.
 *
 * @param labels which labels they must have
 * @param fields which fields
 */
record Matching(LabelSelector labels, FieldSelector fields) {
  /** 400 when a selector cannot be read. */
  static Matching of(Resource resource, Selection selection, List<String> fieldsOfDefinition) {
    return new Matching(
        LabelSelector.parse(selection.labelSelector()),
        FieldSelector.parse(selection.fieldSelector(), resource, fieldsOfDefinition));
  }

  boolean matches(ObjectNode object) {
    return (labels.isEverything() || labels.matches(Nodes.labels(object)))
        && fields.matches(object);
  }

  boolean isEverything() {
    return labels.isEverything() && fields.isEverything();
  }

  /** The namespace to look in: a field selector may narrow the request's. */
  String namespace(String requested) {
    return requested.isEmpty() ? fields.namespace().orElse("") : requested;
  }
}
