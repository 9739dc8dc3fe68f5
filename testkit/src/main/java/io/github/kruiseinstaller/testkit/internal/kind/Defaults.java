package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the API server puts into objects by itself, for built-in kinds and from the schemas of
 * definitions. Knows nothing of other objects: addresses, service accounts and tokens of pods are
 * admission's business. Idempotent.
 */
public final class Defaults {
  private static final Map<String, Consumer<ObjectNode>> BUILTIN =
      Map.ofEntries(
          Map.entry("pods", PodDefaults::pod),
          Map.entry(
              "podtemplates", template -> Fill.within(template, PodDefaults::template, "template")),
          Map.entry("deployments.apps", WorkloadDefaults::deployment),
          Map.entry("daemonsets.apps", WorkloadDefaults::daemonSet),
          Map.entry("replicasets.apps", WorkloadDefaults::replicaSet),
          Map.entry("replicationcontrollers", WorkloadDefaults::replicationController),
          Map.entry("statefulsets.apps", WorkloadDefaults::statefulSet),
          Map.entry("jobs.batch", WorkloadDefaults::job),
          Map.entry("cronjobs.batch", WorkloadDefaults::cronJob),
          Map.entry(
              "validatingwebhookconfigurations.admissionregistration.k8s.io",
              WebhookDefaults::validating),
          Map.entry(
              "mutatingwebhookconfigurations.admissionregistration.k8s.io",
              WebhookDefaults::mutating),
          Map.entry(
              "validatingadmissionpolicies.admissionregistration.k8s.io", WebhookDefaults::policy),
          Map.entry(
              "validatingadmissionpolicybindings.admissionregistration.k8s.io",
              WebhookDefaults::binding),
          Map.entry("customresourcedefinitions.apiextensions.k8s.io", WebhookDefaults::definition),
          Map.entry("apiservices.apiregistration.k8s.io", WebhookDefaults::apiService),
          Map.entry("namespaces", OtherDefaults::namespace),
          Map.entry("secrets", OtherDefaults::secret),
          Map.entry("services", OtherDefaults::service),
          Map.entry("rolebindings.rbac.authorization.k8s.io", OtherDefaults::roleBinding),
          Map.entry("clusterrolebindings.rbac.authorization.k8s.io", OtherDefaults::roleBinding),
          Map.entry("endpoints", OtherDefaults::endpoints),
          Map.entry("endpointslices.discovery.k8s.io", OtherDefaults::endpointSlice),
          Map.entry("networkpolicies.networking.k8s.io", OtherDefaults::networkPolicy),
          Map.entry("persistentvolumes", OtherDefaults::volume),
          Map.entry("persistentvolumeclaims", OtherDefaults::claim),
          Map.entry("storageclasses.storage.k8s.io", OtherDefaults::storageClass),
          Map.entry("csidrivers.storage.k8s.io", OtherDefaults::csiDriver),
          Map.entry("priorityclasses.scheduling.k8s.io", OtherDefaults::priorityClass),
          Map.entry("horizontalpodautoscalers.autoscaling", OtherDefaults::autoscaler),
          Map.entry("ingressclasses.networking.k8s.io", OtherDefaults::ingressClass),
          Map.entry("limitranges", OtherDefaults::limitRange));

  private Defaults() {}

  /**
   * Completes an object in place and brings it into the form in which it is stored and answered.
   *
   * @param resource of which the object is
   * @param object decoded
   */
  public static void apply(Resource resource, ObjectNode object) {
    if (resource.schema() instanceof BuiltinSchema schema) {
      GoWriter.write(object, schema);
      BUILTIN.getOrDefault(resource.groupResource(), nothing -> {}).accept(object);
      GoWriter.write(object, schema);
    } else {
      SchemaDefaults.apply(object, resource.schema());
    }
  }
}
