package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Set;
import java.util.function.Supplier;

/** What Services get of which there is only so much: addresses and ports on nodes. Thread-safe. */
final class ServiceAllocations {
  private static final String NODE_PORTS = "allocateLoadBalancerNodePorts";
  private static final String EXTERNAL_TRAFFIC = "externalTrafficPolicy";

  private final ServiceAddresses addresses = new ServiceAddresses();
  private final NodePorts nodePorts = new NodePorts();

  /**
   * Gives a new Service what it needs.
   *
   * @return what to do when the Service is not stored after all
   */
  Runnable assign(ObjectNode service, boolean dryRun) {
    Runnable revert = addresses.assign(service, dryRun);
    return both(revert, () -> nodePorts.assign(service, dryRun));
  }

  /**
   * Keeps over an update what a Service has, gives what is missing, and takes out what only another
   * type has.
   *
   * @return what to do when the Service is not stored after all
   */
  Runnable carryOver(ObjectNode live, ObjectNode next, boolean dryRun) {
    dropOfOtherType(live.path("spec"), Nodes.object(next, "spec"));
    Runnable revert = addresses.carryOver(live, next, dryRun);
    return both(revert, () -> nodePorts.carryOver(live, next, dryRun));
  }

  /** A changed Service has been stored: what it no longer has is free. */
  void settle(ObjectNode live, ObjectNode next) {
    if (ServiceAddresses.needsAddress(live) && !ServiceAddresses.needsAddress(next)) {
      addresses.release(live);
    }
    nodePorts.settle(live, next);
  }

  /** A Service is gone. */
  void release(ObjectNode service) {
    addresses.release(service);
    nodePorts.release(service);
  }

  private static Runnable both(Runnable revertFirst, Supplier<Runnable> second) {
    boolean done = false;
    try {
      Runnable revertSecond = second.get();
      done = true;
      return () -> {
        revertSecond.run();
        revertFirst.run();
      };
    } finally {
      if (!done) {
        revertFirst.run();
      }
    }
  }

  /** What the old type had by default, and nobody has changed together with the type. */
  private static void dropOfOtherType(JsonNode before, ObjectNode spec) {
    if (isBalanced(before)
        && !isBalanced(spec)
        && before.path(NODE_PORTS).equals(spec.path(NODE_PORTS))) {
      spec.remove(NODE_PORTS);
    }
    if (isExternal(before)
        && !isExternal(spec)
        && before.path(EXTERNAL_TRAFFIC).equals(spec.path(EXTERNAL_TRAFFIC))) {
      spec.remove(EXTERNAL_TRAFFIC);
    }
  }

  private static boolean isBalanced(JsonNode spec) {
    return Nodes.textOrEmpty(spec, "type").equals("LoadBalancer");
  }

  private static boolean isExternal(JsonNode spec) {
    String type = Nodes.textOrEmpty(spec, "type");
    return Set.of("NodePort", "LoadBalancer").contains(type)
        || (type.equals("ClusterIP") && !Nodes.list(spec, "externalIPs").isEmpty());
  }
}
