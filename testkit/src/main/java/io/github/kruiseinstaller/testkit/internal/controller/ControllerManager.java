package io.github.kruiseinstaller.testkit.internal.controller;

import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.network.Network;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import io.github.kruiseinstaller.testkit.internal.workload.Images;
import io.github.kruiseinstaller.testkit.internal.workload.PodScenarios;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * All controllers, the scheduler and the kubelets of one cluster. Works when it is told of changes:
 * {@link #changed} must be called after every write, also after those of the controllers
 * themselves.
 */
public final class ControllerManager implements AutoCloseable {
  private final Context context;
  private final NodeAgent nodes;
  private final List<NodeSetup> setups;
  private final Bootstrap bootstrap;
  private final Network network;

  /**
   * What a cluster's controllers work with.
   *
   * @param resources the API server
   * @param kinds what it serves
   * @param network where pods listen
   * @param images what containers run
   * @param scenarios what goes wrong with pods
   * @param timers the simulation's time
   * @param delays how long things take
   * @param certificate the API server's CA in PEM, for {@code kube-root-ca.crt}
   * @param executor runs all work; whoever made it ends it after {@link #close}
   */
  public record Parts(
      Resources resources,
      Kinds kinds,
      Network network,
      Images images,
      PodScenarios scenarios,
      Timers timers,
      Delays delays,
      String certificate,
      Executor executor) {}

  /** Nothing happens before {@link #start}. */
  public ControllerManager(Parts parts, List<NodeSetup> nodes) {
    Api api =
        new Api(parts.resources(), parts.kinds(), Caller.system("system:kube-controller-manager"));
    this.context = new Context(api, parts.executor(), parts.timers(), parts.delays());
    this.setups = List.copyOf(nodes);
    this.bootstrap = new Bootstrap(context);
    this.network = parts.network();
    new DeploymentController(context);
    new ReplicaSetController(context);
    new DaemonSetController(context);
    new StatefulSetController(context);
    new JobController(context);
    new EndpointSliceController(context);
    new EndpointsController(context);
    new NamespaceContents(context, parts.certificate());
    new NamespaceController(context);
    new GarbageCollector(context);
    new DefinitionController(context);
    new DefinitionFinalizer(context);
    new DisruptionController(context);
    new Scheduler(context, parts.scenarios());
    this.nodes =
        new NodeAgent(
            context, new NodeEnvironment(parts.images(), parts.scenarios(), parts.network()));
  }

  /** Makes what is in a cluster from the start, unless it is there, and takes up what is there. */
  public void start() {
    bootstrap.namespaces();
    bootstrap.roles();
    setups.forEach(bootstrap::node);
    bootstrap.service();
    context.informers().start();
  }

  /** An object was made, changed or deleted. Returns at once. */
  public void changed(String groupResource, String namespace, String name) {
    context.informers().changed(groupResource, namespace, name);
  }

  /** The API server itself listens: its Service leads to a real port on loopback. */
  public void serverListens(int loopbackPort) {
    network.listen(Bootstrap.SERVER, Bootstrap.PORT, loopbackPort);
  }

  /** What containers wrote. */
  public PodLogs logs() {
    return nodes;
  }

  /** Ends the work and all programs. What a thread is doing right now may still be written. */
  @Override
  public void close() {
    context.close();
    nodes.close();
  }
}
