package io.github.kruiseinstaller.testkit.junit;

import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test that asks for one a {@link SimulatedCluster} of its own, and closes it after.
 *
 * <pre>{@code
 * @ExtendWith(SimulatedClusterExtension.class)
 * class ProvisioningTest {
 *   @Test
 *   void installs(SimulatedCluster cluster) {
 *     new Provisioning(cluster.kubeconfigFile()).run();
 *   }
 * }
 * }</pre>
 *
 * <p>All parameters of one test, and of the methods that run before and after it, are the same
 * cluster. With {@code @RegisterExtension} it can be one of another description.
 */
public final class SimulatedClusterExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SimulatedClusterExtension.class);

  private final Supplier<SimulatedCluster> clusters;

  /** Clusters with all defaults. */
  public SimulatedClusterExtension() {
    this(SimulatedCluster::start);
  }

  private SimulatedClusterExtension(Supplier<SimulatedCluster> clusters) {
    this.clusters = clusters;
  }

  /** Clusters of a description. */
  public static SimulatedClusterExtension of(SimulatedCluster.Builder description) {
    return new SimulatedClusterExtension(description::start);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SimulatedCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // JUnit closes what is kept in a store, at the end of the test that the store belongs to.
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(SimulatedCluster.class, unused -> clusters.get(), SimulatedCluster.class);
  }
}
