package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.concurrent.Future;

/**
 * What a plan has to know of a cluster whatever the release is. Most of it is asked for while the
 * release is still being read; what goes wrong then is thrown where the answer is needed.
 */
public final class ClusterFacts {
  private final Workers workers;
  private final String kubernetesVersion;
  private final Future<List<Manifest>> namespaces;
  private final Future<Boolean> everythingAllowed;

  private ClusterFacts(Cluster cluster, Workers workers) {
    this.workers = workers;
    this.kubernetesVersion = cluster.kubernetesVersion();
    this.namespaces = workers.start(() -> cluster.list(Query.all("v1", "Namespace", null)).items());
    this.everythingAllowed = workers.start(cluster::allowedEverything);
  }

  /** Asks for the version, and starts to ask for the rest. */
  public static ClusterFacts ask(Cluster cluster, Workers workers) {
    return new ClusterFacts(cluster, workers);
  }

  /** Kubernetes' version. */
  public String kubernetesVersion() {
    return kubernetesVersion;
  }

  /** All live namespaces. */
  List<Manifest> namespaces() {
    return workers.join(namespaces);
  }

  /** Whether the caller may do everything. */
  boolean everythingAllowed() {
    return workers.join(everythingAllowed);
  }
}
