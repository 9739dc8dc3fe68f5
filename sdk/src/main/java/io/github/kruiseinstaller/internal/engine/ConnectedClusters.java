package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Connection;
import io.github.kruiseinstaller.internal.retry.RunControl;
import java.util.function.Supplier;

/** A real cluster for the time of a run. */
public final class ConnectedClusters implements Clusters {
  private final Connection connection;

  private ConnectedClusters(Connection connection) {
    this.connection = connection;
  }

  /** Opens a connection for each run. */
  public static Source source(Supplier<Connection> connections) {
    return () -> new ConnectedClusters(connections.get());
  }

  @Override
  public Cluster bind(RunControl control) {
    return connection.bind(control, Cluster.FIELD_MANAGER);
  }

  @Override
  public void close() {
    connection.close();
  }
}
