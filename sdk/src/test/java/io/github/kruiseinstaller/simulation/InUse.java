package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Custom resources that people use in a simulated cluster. */
final class InUse {
  static final String SHOP = "shop";
  static final String GROUP = "apps.kruise.io";
  static final String ALPHA = GROUP + "/v1alpha1";

  private static final String CLONE_SET =
      """
      apiVersion: apps.kruise.io/v1alpha1
      kind: CloneSet
      metadata: {name: web, namespace: shop}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers: [{name: web, image: "nginx:1"}]
      """;

  private static final String STATEFUL_SET =
      """
      apiVersion: apps.kruise.io/v1alpha1
      kind: StatefulSet
      metadata: {name: db, namespace: shop}
      spec:
        replicas: 0
        serviceName: db
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec:
            containers: [{name: db, image: "db:1"}]
      """;

  /** The manager puts a finalizer on its objects, and takes it off when they are deleted. */
  private static final String IMAGE_PULL_JOBS =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: imagepulljobs.apps.kruise.io}
      spec:
        group: apps.kruise.io
        scope: Namespaced
        names: {kind: ImagePullJob, listKind: ImagePullJobList, plural: imagepulljobs, singular: imagepulljob}
        versions:
          - name: v1alpha1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                x-kubernetes-preserve-unknown-fields: true
      """;

  private final SimulatedCluster cluster;

  InUse(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  /** Somebody's namespace, with a CloneSet that runs two Pods there. */
  InUse cloneSet() {
    cluster.objects().apply("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
    cluster.objects().apply(CLONE_SET);
    Eventually.until("the CloneSet runs its Pods", () -> pods() == 2);
    return this;
  }

  /** Something that is stored in another version than it was made in. */
  InUse statefulSet() {
    cluster.objects().apply("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
    cluster.objects().apply(STATEFUL_SET);
    return this;
  }

  /** Custom resources with a finalizer of the manager, which it puts on while it runs. */
  InUse imagePullJobs() {
    cluster.objects().apply(IMAGE_PULL_JOBS);
    Eventually.until("image pull jobs are known", this::knowsImagePullJobs);
    return this;
  }

  /** One of them; the manager has seen to it. */
  InUse imagePullJob(String name) {
    cluster
        .objects()
        .apply(
            """
            apiVersion: apps.kruise.io/v1alpha1
            kind: ImagePullJob
            metadata:
              name: %s
              namespace: default
              finalizers: [apps.kruise.io/deletion-protection]
            spec: {image: "nginx:1"}
            """
                .formatted(name));
    return this;
  }

  private boolean knowsImagePullJobs() {
    return cluster
        .objects()
        .get("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "imagepulljobs." + GROUP)
        .filter(definition -> definition.toString().contains("Established"))
        .isPresent();
  }

  /** How many Pods of the CloneSet run. */
  long pods() {
    return cluster.objects().list("v1", "Pod", SHOP).stream()
        .filter(pod -> pod.toString().contains("Running"))
        .count();
  }

  /** The CloneSet, as long as it is there. */
  Optional<Map<String, Object>> liveCloneSet() {
    return cluster.objects().get(ALPHA, "CloneSet", SHOP, "web");
  }

  /** Custom resources of all kinds that are there, those of nodes not counted. */
  List<String> left() {
    return List.of("CloneSet", "SidecarSet", "StatefulSet", "ImagePullJob").stream()
        .flatMap(kind -> cluster.objects().list(ALPHA, kind, "").stream())
        .map(object -> String.valueOf(object.get("kind")))
        .toList();
  }

  /** Requires that nothing of OpenKruise is left but what is named. */
  void assertGone(String... but) {
    assertThat(
            ClusterState.of(cluster).keySet().stream()
                .filter(key -> key.contains("kruise") && !key.endsWith("/kube-root-ca.crt"))
                .filter(key -> List.of(but).stream().noneMatch(key::contains)))
        .isEmpty();
    assertThat(cluster.objects().list("coordination.k8s.io/v1", "Lease", "kruise-system"))
        .isEmpty();
  }
}
