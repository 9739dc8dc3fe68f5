package io.github.kruiseinstaller.testkit.internal.controller;

import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;

/** The kinds that controllers know by name. */
enum BuiltIn {
  NODES("", "v1", "nodes", "Node"),
  NAMESPACES("", "v1", "namespaces", "Namespace"),
  PODS("", "v1", "pods", "Pod"),
  SERVICES("", "v1", "services", "Service"),
  ENDPOINTS("", "v1", "endpoints", "Endpoints"),
  SECRETS("", "v1", "secrets", "Secret"),
  CONFIG_MAPS("", "v1", "configmaps", "ConfigMap"),
  SERVICE_ACCOUNTS("", "v1", "serviceaccounts", "ServiceAccount"),
  EVENTS("", "v1", "events", "Event"),
  DEPLOYMENTS("apps", "v1", "deployments", "Deployment"),
  REPLICA_SETS("apps", "v1", "replicasets", "ReplicaSet"),
  DAEMON_SETS("apps", "v1", "daemonsets", "DaemonSet"),
  STATEFUL_SETS("apps", "v1", "statefulsets", "StatefulSet"),
  CONTROLLER_REVISIONS("apps", "v1", "controllerrevisions", "ControllerRevision"),
  JOBS("batch", "v1", "jobs", "Job"),
  ENDPOINT_SLICES("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice"),
  CLUSTER_ROLES("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole"),
  CLUSTER_ROLE_BINDINGS(
      "rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding"),
  DISRUPTION_BUDGETS("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"),
  DEFINITIONS(
      "apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition");

  private final String group;
  private final String version;
  private final String plural;
  private final String kind;

  BuiltIn(String group, String version, String plural, String kind) {
    this.group = group;
    this.version = version;
    this.plural = plural;
    this.kind = kind;
  }

  /** Such as {@code deployments.apps}. */
  String groupResource() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** Such as {@code Deployment.apps}, {@code Pod.}. */
  String groupKind() {
    return kind + "." + group;
  }

  /** As it is served. */
  Resource in(Kinds kinds) {
    return kinds
        .resource(group, version, plural)
        .orElseThrow(() -> new IllegalStateException(groupResource() + " is not served"));
  }
}
