package io.github.kruiseinstaller.testkit.internal.apply;

import io.github.kruiseinstaller.testkit.internal.kind.Resource;

/** Fields that are special to the server, whoever writes them. */
final class ServerFields {
  /** Never owned. */
  static final FieldSet UNOWNED =
      FieldSet.ofFields("apiVersion")
          .union(FieldSet.ofFields("kind"))
          .union(FieldSet.ofFields("metadata"))
          .union(FieldSet.ofFields("metadata", "name"))
          .union(FieldSet.ofFields("metadata", "namespace"))
          .union(FieldSet.ofFields("metadata", "creationTimestamp"))
          .union(FieldSet.ofFields("metadata", "selfLink"))
          .union(FieldSet.ofFields("metadata", "uid"))
          .union(FieldSet.ofFields("metadata", "clusterName"))
          .union(FieldSet.ofFields("metadata", "generation"))
          .union(FieldSet.ofFields("metadata", "managedFields"))
          .union(FieldSet.ofFields("metadata", "resourceVersion"));

  private ServerFields() {}

  /** What a request on a subresource, or on the object itself, leaves as it is. */
  static FieldSet outOfReach(Resource resource, String subresource) {
    FieldSet status = FieldSet.ofFields("status");
    if (!subresource.equals("status")) {
      boolean separate =
          resource.subresources().contains("status")
              && (subresource.isEmpty() || subresource.equals("finalize"));
      return separate ? status : FieldSet.EMPTY;
    }
    FieldSet spec = FieldSet.ofFields("spec");
    return switch (resource.custom() ? "" : resource.kind()) {
      case "Deployment" -> spec.union(FieldSet.ofFields("metadata", "labels"));
      case "Pod" ->
          spec.union(FieldSet.ofFields("metadata", "deletionTimestamp"))
              .union(FieldSet.ofFields("metadata", "ownerReferences"));
      case "CustomResourceDefinition" -> spec.union(FieldSet.ofFields("metadata"));
      default -> spec;
    };
  }
}
