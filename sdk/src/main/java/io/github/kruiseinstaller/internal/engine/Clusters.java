package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.retry.RunControl;

/** The way to one cluster for the time of a run. */
public interface Clusters extends AutoCloseable {
  /** The cluster inside the given bounds. */
  Cluster bind(RunControl control);

  @Override
  void close();

  /** Opens the way to the cluster at the begin of a run. */
  @FunctionalInterface
  interface Source {
    /**
     * Opens.
     *
     * @throws io.github.kruiseinstaller.error.InstallException when no cluster can be found
     */
    Clusters open();
  }
}
