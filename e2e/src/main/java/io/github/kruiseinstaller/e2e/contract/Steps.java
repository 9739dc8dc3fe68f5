package io.github.kruiseinstaller.e2e.contract;

import org.jspecify.annotations.Nullable;

/** The words in which scenarios are written. */
final class Steps {
  /** The path of the scenario's own namespace. */
  static final String NAMESPACE = "/api/v1/namespaces/${id}";

  static final String CONFIG_MAPS = NAMESPACE + "/configmaps";
  static final String SECRETS = NAMESPACE + "/secrets";
  static final String SERVICES = NAMESPACE + "/services";
  static final String PODS = NAMESPACE + "/pods";
  static final String SERVICE_ACCOUNTS = NAMESPACE + "/serviceaccounts";
  static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/${id}/deployments";
  static final String DAEMON_SETS = "/apis/apps/v1/namespaces/${id}/daemonsets";
  static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/${id}/leases";
  static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";
  static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  static final String VALIDATING =
      "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
  static final String MUTATING =
      "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

  /** The query of every write of the SDK. */
  static final String STRICT = "?fieldManager=contract&fieldValidation=Strict";

  private static final String JSON = "application/json";

  private Steps() {}

  static Request get(String path) {
    return Request.of("GET", path, null, null);
  }

  static Request post(String path, @Nullable String body) {
    return Request.of("POST", path, JSON, body);
  }

  static Request put(String path, String body) {
    return Request.of("PUT", path, JSON, body);
  }

  static Request delete(String path) {
    return Request.of("DELETE", path, null, null);
  }

  static Request delete(String path, String options) {
    return Request.of("DELETE", path, JSON, options);
  }

  static Request apply(String path, String body) {
    return Request.of("PATCH", path, "application/apply-patch+yaml", body);
  }

  static Request mergePatch(String path, String body) {
    return Request.of("PATCH", path, "application/merge-patch+json", body);
  }

  static Request jsonPatch(String path, String body) {
    return Request.of("PATCH", path, "application/json-patch+json", body);
  }

  static Request strategicPatch(String path, String body) {
    return Request.of("PATCH", path, "application/strategic-merge-patch+json", body);
  }

  static Step.OpenWatch openWatch(String name, String path) {
    return new Step.OpenWatch(name, path);
  }

  static Step.ReadWatch readWatch(String name, int events) {
    return new Step.ReadWatch(name, events, java.util.List.of());
  }

  static Step.ReadWatch readWatchToTheEnd(String name) {
    return new Step.ReadWatch(name, Step.ReadWatch.TO_THE_END, java.util.List.of());
  }

  /** Pods need it. */
  static Request awaitServiceAccount() {
    return get(SERVICE_ACCOUNTS + "/default").untilStatus(200).only("/metadata/name");
  }

  static String configMap(String name, String data) {
    return """
    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},"data":%s}\
    """
        .formatted(name, data);
  }
}
