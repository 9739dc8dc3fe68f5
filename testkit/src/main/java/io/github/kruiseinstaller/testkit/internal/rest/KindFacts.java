package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * In what the API server treats the kinds differently.
 *
 * @param generation when the generation grows
 * @param createsOnUpdate whether a PUT creates what is not there
 * @param unconditionalUpdate whether a PUT may leave out the resourceVersion
 * @param answersDeleted whether a DELETE is answered with the object, not with a Status
 * @param collectable whether the garbage collector's finalizers may be set
 * @param orphans whether a DELETE that does not say what becomes of dependents lets them go
 */
record KindFacts(
    Generation generation,
    boolean createsOnUpdate,
    boolean unconditionalUpdate,
    boolean answersDeleted,
    boolean collectable,
    boolean orphans) {

  /** When {@code metadata.generation} grows. */
  enum Generation {
    /** There is none. */
    NONE,
    /** It is 1 for ever. */
    CONSTANT,
    /** With the spec. */
    SPEC,
    /** With the spec, or with annotations, which a Deployment hands on. */
    SPEC_AND_ANNOTATIONS,
    /** With anything but metadata. */
    CONTENT,
    /** With anything but metadata and status. */
    BODY
  }

  private static final Set<String> CONSTANT = Set.of("priorityclasses.scheduling.k8s.io");

  private static final Set<String> BY_SPEC =
      Set.of(
          "pods",
          "replicationcontrollers",
          "daemonsets.apps",
          "replicasets.apps",
          "statefulsets.apps",
          "jobs.batch",
          "cronjobs.batch",
          "poddisruptionbudgets.policy",
          "ingresses.networking.k8s.io",
          "ingressclasses.networking.k8s.io",
          "networkpolicies.networking.k8s.io",
          "flowschemas.flowcontrol.apiserver.k8s.io",
          "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io",
          "validatingadmissionpolicybindings.admissionregistration.k8s.io",
          "customresourcedefinitions.apiextensions.k8s.io");

  private static final Set<String> BY_BODY =
      Set.of(
          "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io",
          "podtemplates",
          "endpointslices.discovery.k8s.io");

  private static final Set<String> CREATES_ON_UPDATE =
      Set.of(
          "services",
          "endpoints",
          "events",
          "events.events.k8s.io",
          "limitranges",
          "leases.coordination.k8s.io",
          "roles.rbac.authorization.k8s.io",
          "rolebindings.rbac.authorization.k8s.io",
          "clusterroles.rbac.authorization.k8s.io",
          "clusterrolebindings.rbac.authorization.k8s.io",
          "runtimeclasses.node.k8s.io");

  private static final Set<String> CONDITIONAL_UPDATE =
      Set.of(
          "runtimeclasses.node.k8s.io",
          "leases.coordination.k8s.io",
          "poddisruptionbudgets.policy",
          "csidrivers.storage.k8s.io",
          "csinodes.storage.k8s.io",
          "csistoragecapacities.storage.k8s.io",
          "volumeattachments.storage.k8s.io",
          "apiservices.apiregistration.k8s.io",
          "customresourcedefinitions.apiextensions.k8s.io",
          "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io",
          "validatingadmissionpolicybindings.admissionregistration.k8s.io");

  private static final Set<String> ANSWERS_DELETED =
      Set.of(
          "pods",
          "namespaces",
          "services",
          "serviceaccounts",
          "podtemplates",
          "resourcequotas",
          "persistentvolumes",
          "persistentvolumeclaims",
          "csidrivers.storage.k8s.io",
          "csinodes.storage.k8s.io",
          "storageclasses.storage.k8s.io",
          "volumeattachments.storage.k8s.io",
          "volumeattributesclasses.storage.k8s.io");

  /** The kinds that are older than the garbage collector. */
  private static final Set<String> ORPHANS = Set.of("replicationcontrollers", "jobs.batch");

  static KindFacts of(Resource resource) {
    String name = resource.groupResource();
    return new KindFacts(
        resource.custom() ? Generation.CONTENT : generation(name),
        CREATES_ON_UPDATE.contains(name),
        !resource.custom() && !CONDITIONAL_UPDATE.contains(name),
        ANSWERS_DELETED.contains(name),
        !name.equals("events") && !name.equals("events.events.k8s.io"),
        ORPHANS.contains(name));
  }

  private static Generation generation(String name) {
    if (name.equals("deployments.apps")) {
      return Generation.SPEC_AND_ANNOTATIONS;
    }
    if (BY_SPEC.contains(name)) {
      return Generation.SPEC;
    }
    if (BY_BODY.contains(name)) {
      return Generation.BODY;
    }
    return CONSTANT.contains(name) ? Generation.CONSTANT : Generation.NONE;
  }

  /** Whether a write, its status already settled, makes the generation grow. */
  boolean grows(ObjectNode live, ObjectNode next) {
    return switch (generation) {
      case NONE, CONSTANT -> false;
      case SPEC -> differ(live.path("spec"), next.path("spec"));
      case SPEC_AND_ANNOTATIONS ->
          differ(live.path("spec"), next.path("spec"))
              || differ(
                  live.path("metadata").path("annotations"),
                  next.path("metadata").path("annotations"));
      case CONTENT -> !without(live, "metadata").equals(without(next, "metadata"));
      case BODY ->
          Stream.concat(names(live), names(next))
              .distinct()
              .filter(name -> !Set.of("metadata", "status", "kind", "apiVersion").contains(name))
              .anyMatch(name -> differ(live.path(name), next.path(name)));
    };
  }

  private static Stream<String> names(ObjectNode object) {
    return object.properties().stream().map(Map.Entry::getKey);
  }

  private static boolean differ(JsonNode one, JsonNode other) {
    return !orMissing(one).equals(orMissing(other));
  }

  /** To Go's typed structs an empty list or map is the same as none. */
  private static JsonNode orMissing(JsonNode node) {
    return node.isNull() || (node.isContainerNode() && node.isEmpty())
        ? MissingNode.getInstance()
        : node;
  }

  private static ObjectNode without(ObjectNode object, String name) {
    ObjectNode rest = object.objectNode();
    rest.setAll(object);
    return rest.without(List.of(name));
  }

  /** Whether the resource has its own way to write the status. */
  static boolean hasStatus(Resource resource) {
    return resource.subresources().contains("status");
  }

  /** Whether clients may set the status when they create: nobody but a kubelet makes Nodes. */
  static boolean keepsStatusOfCreator(Resource resource) {
    return resource.groupResource().equals("nodes") || !hasStatus(resource);
  }

  static boolean isNamespace(Resource resource) {
    return isCore(resource, "namespaces");
  }

  private static boolean isCore(Resource resource, String plural) {
    return resource.group().isEmpty() && resource.plural().equals(plural);
  }

  static boolean isDefinition(Resource resource) {
    return resource.plural().equals("customresourcedefinitions")
        && resource.group().equals("apiextensions.k8s.io");
  }

  static boolean isPod(Resource resource) {
    return isCore(resource, "pods");
  }

  static boolean isService(Resource resource) {
    return isCore(resource, "services");
  }

  static List<String> finalizers(ObjectNode object) {
    return Nodes.list(object, "metadata", "finalizers").stream().map(JsonNode::asText).toList();
  }
}
